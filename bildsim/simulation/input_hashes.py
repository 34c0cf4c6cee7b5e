"""What a run reads besides its configuration, by its content."""

import hashlib
import importlib.util
from pathlib import Path

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import is_description_file
from bildsim.basics.reading.regular_file import open_regular
from bildsim.controllers.registry import LEARNED, policy_path
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.robots.start_file import is_start_file
from bildsim.simulation.config import RunConfig


def planner_source(planner: str) -> str:
    """Return a hash of the file that defines a planner of the user's own; empty for others.

    Args:
        planner: ``package.module:Class``; a name without a colon is none of the user's files.
    """
    module, colon, _ = planner.partition(":")
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

    They are the user's own, and the policy that comes with bildsim where that is used.
    """
    start, learned = config.swarm.start, config.planner == LEARNED
    return {
        "--planner": planner_source(config.planner),
        "--policy": _hash(policy_path(config.policy) if learned else None),
        "--target-file": _hash(config.target_file),
        "--start": _hash(Path(start) if is_start_file(start) else None),
        "--localisation": _of_localisation(config.sensing),
    }


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
