"""What a run reads besides its configuration, by its content."""

import hashlib
import importlib.util
from pathlib import Path

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import is_description_file
from bildsim.basics.reading.regular_file import open_regular
from bildsim.controllers.registry import LEARNED, place_of, policy_path
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.robots.described import robot_files
from bildsim.envs.robots.start_file import is_start_file
from bildsim.network.radio.presets import read_radio
from bildsim.simulation.config import RunConfig


def planner_source(planner: str) -> str:
    """Return a hash of the file that defines a planner of the user's own; empty for others.

    Args:
        planner: ``package.module:Class``, or the name of an installed package's.
    """
    module, colon, _ = place_of(planner).partition(":")
    try:
        found = importlib.util.find_spec(module) if colon else None
        if found is None or found.origin is None:
            return ""
        return hashlib.sha256(Path(found.origin).read_bytes()).hexdigest()
    except Exception:
        # Finding a module runs its package, which is the user's; making it will tell what is wrong.
        return ""


def contents(config: RunConfig) -> dict[str, str]:
    """Return hashes of the files that a run reads, by the option that names them.

    They are the user's own, and what of bildsim's own files decides a run: the policy where that is
    used, and a robot's description.
    """
    start, learned = config.swarm.start, config.planner == LEARNED
    radio = config.links.radio or ""
    found = {
        "--planner": planner_source(config.planner),
        "--policy": _hash(policy_path(config.policy) if learned else None),
        "--target-file": _hash(config.target_file),
        "--start": _hash(Path(start) if is_start_file(start) else None),
        "--robot": _hash_of_robot(config.swarm.robot),
        "--localisation": _of_localisation(config.sensing),
    }
    # Only where one is given: trials of earlier comparisons are known by the others.
    if is_description_file(radio):
        found["--radio"] = _figures(radio)
    if config.swarm.robot_urdf is not None:
        found["--robot-urdf"] = _hash_of_robot(str(config.swarm.robot_urdf))
    return found


def _figures(radio: str) -> str:
    """Return a hash of what a radio's file says, with what it takes from its bases."""
    try:
        return hashlib.sha256(repr(read_radio(radio)).encode()).hexdigest()
    except UsageError:  # who reads it will tell what is wrong
        return ""


def _hash_of_robot(robot: str) -> str:
    """Return a hash of a robot's description and those that it goes back to, or of a model."""
    try:
        hashes = [_hash(path) for path in robot_files(robot)]
    except (OSError, ValueError):
        return ""
    return hashlib.sha256("".join(hashes).encode()).hexdigest() if hashes else ""


def _of_localisation(sensing: Sensing) -> str:
    """Return a hash of what a file of the user's says of localisation, its bases included."""
    if sensing.localisation is None or not is_description_file(sensing.localisation):
        return ""
    try:
        return hashlib.sha256(repr(sensing.errors).encode()).hexdigest()
    except UsageError:  # who uses it will tell what is wrong
        return ""


def _hash(path: Path | None) -> str:
    try:
        if path is None:
            return ""
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # who reads it will tell what is wrong
        return ""
