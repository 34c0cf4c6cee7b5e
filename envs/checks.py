"""Checks of an environment's arguments and actions."""

from typing import Literal, TypeAlias, get_args

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.safety.registry import NONE as NO_SAFETY
from bildsim.envs.dynamics import IDEAL
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.envs.task import Reward

RenderMode: TypeAlias = Literal["rgb_array", "human"]


def checked_waypoints(action: Floats, robots: int) -> Floats:
    """Return the action as waypoints, (N, 2) points of C in m."""
    waypoints = np.asarray(action, dtype=np.float64)
    if waypoints.shape != (robots, 2):
        raise UsageError(
            f"waypoints of shape {waypoints.shape} are not possible: allowed is {(robots, 2)}"
        )
    # Written so that a value that is not a number is outside, too.
    outside = ~(np.abs(waypoints) <= 1.0).all(axis=1)
    if outside.any():
        robot = int(np.argmax(outside))
        raise UsageError(
            f"the waypoint {waypoints[robot].tolist()} of robot {robot} is not possible: "
            "allowed are points of [-1, 1] x [-1, 1] m"
        )
    return waypoints


def check_safety(safety: str, dynamics: str) -> None:
    """Refuse collision avoidance where nothing collides."""
    if dynamics == IDEAL and safety != NO_SAFETY:
        raise UsageError(
            "{safety} is not possible with {dynamics}: points without wheels never collide; "
            "allowed is {safety:none}",
            safety=safety,
            dynamics=dynamics,
        )


def check_arguments(
    robots: int, start: str, gain: float, reward: str, render_mode: str | None
) -> None:
    """Refuse names that are unknown, and a gain or number of robots that cannot be."""
    if not isinstance(robots, int | np.integer):
        raise UsageError("{robots} is not possible: it must be a whole number", robots=robots)
    if start not in START_NAMES:
        raise unknown_name("start", start, START_NAMES)
    if not 0.0 < gain <= TRACKING_RATE:
        raise UsageError(
            "{gain} is out of range: above 0, at most {0} 1/s", TRACKING_RATE, gain=gain
        )
    if reward not in get_args(Reward):
        raise unknown_name("reward", reward, get_args(Reward))
    if render_mode is not None and render_mode not in get_args(RenderMode):
        raise unknown_name("render_mode", render_mode, get_args(RenderMode))
