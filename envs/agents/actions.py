"""What an action may be in each mode: its space, and checks of what comes in."""

from dataclasses import dataclass, replace
from math import inf
from typing import get_args

import numpy as np
from gymnasium import spaces
from numpy.typing import ArrayLike

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.controllers.steering import VELOCITY, WAYPOINT, WHEEL_SPEEDS, ActionMode
from bildsim.envs.dynamics import IDEAL
from bildsim.envs.robots.arena_size import length_of
from bildsim.envs.robots.model import RobotModel

# So far beyond a limit, as a share of it, numbers may round.
_ROUNDING = 1e-6
_NUMBERS = "fiu"
# What one robot's action is called, and those of all.
_WORDS = {
    WAYPOINT: ("waypoint", "waypoints"),
    VELOCITY: ("velocity", "velocities"),
    WHEEL_SPEEDS: ("pair of wheel speeds", "wheel speeds"),
}


@dataclass(frozen=True)
class Actions:
    """The actions of a mode: (N, 2) numbers, each at most as large as the limit.

    Attributes:
        mode: what they are.
        limit: the largest absolute value, in the mode's unit.
        length: what the unit of lengths is called.
    """

    mode: ActionMode
    limit: float
    length: str = "m"

    def space(self, robots: int, dtype: str) -> spaces.Box:
        """Return the space of actions of so many robots, of NumPy's type of that name."""
        kind = np.dtype(dtype).type
        high = np.full((robots, 2), self.limit, kind)
        return spaces.Box(-high, high, dtype=kind)

    def checked(self, action: ArrayLike, robots: int) -> Floats:
        """Return an action as an array (N, 2) of its own.

        Raises:
            UsageError: it is no array of numbers of that shape, or one is not finite or beyond the
                limit.
        """
        return self.within(self.numbers(action, (robots, 2)))

    def numbers(self, action: ArrayLike, shape: tuple[int, ...]) -> Floats:
        """Return an action as an array of numbers of that shape, perhaps the same one.

        Raises:
            UsageError: it is none.
        """
        try:
            given = np.asarray(action)
        except (TypeError, ValueError):
            # Rows of unequal length, for instance.
            raise self._no_numbers(f"type {type(action).__name__}", shape) from None
        if given.dtype.kind not in _NUMBERS:
            array = isinstance(action, np.ndarray | np.generic)
            what = f"dtype {given.dtype}" if array else f"type {type(action).__name__}"
            raise self._no_numbers(what, shape)
        if given.shape != shape:
            raise UsageError(
                f"{self._many} of shape {given.shape} are not possible: allowed is {shape}"
            )
        return np.asarray(given, dtype=np.float64)

    def within(self, values: Floats) -> Floats:
        """Return a copy of numbers, (N, 2) or (B, N, 2) of many swarms, within the limit.

        Those that are beyond it by no more than single precision rounds are moved onto it.

        Raises:
            UsageError: one is not finite or beyond the limit.
        """
        # Most are plainly inside: two looks at all numbers, and no more.
        if values.size and values.min() >= -self.limit and values.max() <= self.limit:
            return values.copy()
        # Written so that a value that is not a number is outside, too.
        outside = ~(np.abs(values) <= self.limit * (1.0 + _ROUNDING)).all(axis=-1)
        if outside.any():
            *swarm, robot = np.argwhere(outside)[0].tolist()
            raise UsageError(
                "".join(f"swarm {k}: " for k in swarm)
                + f"the {self._one} {values[(*swarm, robot)].tolist()} of robot {robot} is not "
                f"possible: allowed are {self._allowed}"
            )
        return np.clip(values, -self.limit, self.limit)

    def _no_numbers(self, what: str, shape: tuple[int, ...]) -> UsageError:
        return UsageError(
            f"{self._many} of {what} are not possible: allowed is an array of numbers, {shape}"
        )

    @property
    def _one(self) -> str:
        return _WORDS[self.mode][0]

    @property
    def _many(self) -> str:
        return _WORDS[self.mode][1]

    @property
    def _allowed(self) -> str:
        top = f"{self.limit:.6g}"
        return {
            WAYPOINT: f"points of [-1, 1] x [-1, 1] {self.length}",
            VELOCITY: f"vx and vy from -{top} to {top} {self.length}/s",
            WHEEL_SPEEDS: f"left and right from -{top} to {top} rad/s",
        }[self.mode]


WAYPOINTS = Actions(WAYPOINT, 1.0)


def make_actions(mode: str, dynamics: str, robot: RobotModel) -> Actions:
    """Return the actions of a mode for robots of a model.

    Raises:
        UsageError: there is no such mode, or these dynamics have not.
    """
    if mode not in get_args(ActionMode):
        raise unknown_name("action_mode", mode, get_args(ActionMode))
    length = length_of(robot.unit_m)
    if mode == WAYPOINT:
        return replace(WAYPOINTS, length=length)
    if mode == WHEEL_SPEEDS:
        if dynamics == IDEAL:
            raise UsageError(
                "{action_mode} is not possible with {dynamics}: its robots have no wheels; allowed "
                "is {dynamics:kinematic} or {dynamics:bullet}",
                action_mode=mode,
                dynamics=dynamics,
            )
        return Actions(WHEEL_SPEEDS, robot.max_wheel_speed)
    if robot.max_speed == inf:
        raise UsageError(
            "{max_speed} is not possible with {action_mode}: allowed is a limit that velocities "
            "can be within",
            max_speed=robot.max_speed,
            action_mode=mode,
        )
    return Actions(VELOCITY, robot.max_speed, length)
