"""Which physics rates are true enough for a robot: the bound on overlaps, and what follows."""

from math import ceil

from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TRACKING_RATE
from bildsim.envs.robots.model import RobotModel

PHYSICS_RATE_RANGE = (60, 1000)
OWN_RATE = 240
"""For models of the user's own, whose shapes and moments of inertia nobody has tuned: the engine's
own rate."""
# Of a robot's way in a step: the most that two robots overlapped, in hits and in up to 300 robots
# driven to one point, with room. `python -m benchmarks.physics_choice` measures it.
_OVERLAP_SHARE = 0.4
# Overlaps up to this share of the radius are true enough.
_ALLOWED_SHARE = 0.1


def overlap_bound(robot: RobotModel, physics_rate: int) -> float:
    """Return how deep two robots may sink into each other in a jam, m.

    Contacts are foreseen, so that nobody sinks in on meeting, whatever the phase of the step; what
    is left is what the solver leaves where many push, and it goes with the way of a step.

    Args:
        robot: its top speed counts.
        physics_rate: physics steps a second.
    """
    return _OVERLAP_SHARE * robot.max_speed / physics_rate


def default_rate(robot: RobotModel) -> int:
    """Return the lowest rate (Hz) that suits the tracking controller and bounds the overlap."""
    usual = TRACKING_RATE if robot.figures.own is None else OWN_RATE
    return max(usual, _least_rate(robot))


def _least_rate(robot: RobotModel) -> int:
    # A hair less, so that a bound that is met exactly does not ask for the next rate.
    least = overlap_bound(robot, 1) / (_ALLOWED_SHARE * robot.radius) * (1.0 - 1e-9)
    return TRACKING_RATE * ceil(least / TRACKING_RATE)


def require_rate(robot: RobotModel, physics_rate: int) -> None:
    """Make sure that robots of the model move truly enough at a rate.

    Raises:
        UsageError: the rate is out of range or robots could overlap by more than a tenth of their
            radius.
    """
    low, high = PHYSICS_RATE_RANGE
    if not low <= physics_rate <= high:
        raise UsageError(
            "{physics_rate} is not possible: allowed is {0} to {1} Hz",
            low,
            high,
            physics_rate=physics_rate,
        )
    if physics_rate < (rate := _least_rate(robot)):
        raise UsageError(
            "{physics_rate} is not possible with {radius} and {max_speed}: robots that jam would "
            "overlap by up to {0} mm, more than a tenth of the radius; use {1} Hz or more",
            f"{1e3 * overlap_bound(robot, physics_rate):.2g}",
            rate,
            physics_rate=physics_rate,
            radius=robot.radius,
            max_speed=robot.max_speed,
        )
