"""Robot and arena descriptions, a trained policy and planners' scores, shipped as package data."""

from importlib.resources import files
from pathlib import Path

from bildsim.basics.errors import unknown_name

ASSET_NAMES = (
    "robot.urdf",
    "robot_with_stop.urdf",
    "floor.urdf",
    "walls.urdf",
    "policy.npz",
    "planner_scores.csv",
)


def asset_path(name: str) -> str:
    """Return the file path of an asset.

    Args:
        name: one of ``ASSET_NAMES``.

    Raises:
        UsageError: the name is unknown.
    """
    if name not in ASSET_NAMES:
        raise unknown_name("asset", name, ASSET_NAMES)
    return str(files(__name__).joinpath(name))


def preset_folder(kind: str) -> Path:
    """Return the folder of the descriptions of a kind, such as ``localisation``."""
    return Path(str(files(__name__).joinpath(kind)))
