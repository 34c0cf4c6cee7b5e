"""Target densities that move, p*(t) on C = [-1, 1]^2: the named ones, and one from any function.

At every moment they are targets as those at rest are: normalised, and mixed with a little of the
uniform density, which does not move.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from math import cos, isfinite, sin

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.targets.target import (
    TARGET_NAMES,
    Gaussian,
    Target,
    mixture,
    named_target,
    target_from_function,
)

DEFAULT_SPEED = 0.05
HIGHEST_SPEED = 10.0
# Clocks add up steps of physics, so that 30 s may read as a little less.
_CLOCK_ERROR_S = 1e-6
_SD = 0.2
_RADIUS = 0.5
WITH_SPEED = ("moving_gauss", "split")
WITH_TIME = ("switch",)
MOVING_NAMES: tuple[str, ...] = (*WITH_SPEED, *WITH_TIME)
"""The named targets that move."""


@dataclass(frozen=True, eq=False)
class MovingTarget:
    """A density p*(t) that the swarm is to follow.

    Attributes:
        name: what the target is called in results and pictures.
        course: the target at each simulated time: seconds, from 0 -> `Target`. Where it rests it
            should return the same object again, which spares all who measure against it.
        source: what was read, and how, in words; empty unless it comes from a file.
    """

    name: str
    course: Callable[[float], Target]
    source: str = ""

    def at(self, time_s: float) -> Target:
        """Return the target at a simulated time (s)."""
        return self.course(time_s)


AnyTarget = Target | MovingTarget


@dataclass(frozen=True)
class Orbit:
    """One Gaussian of sd 0.2 m whose centre goes round at 0.5 m from the middle.

    Its centre is m(t) = 0.5 (cos w t, sin w t) metres, w = speed / 0.5.

    Attributes:
        speed: of the centre (m/s).
    """

    speed: float

    def __call__(self, time_s: float) -> Target:
        """Return the target at a time (s)."""
        angle = self.speed / _RADIUS * time_s
        return _gaussians("moving_gauss", (_RADIUS * cos(angle), _RADIUS * sin(angle)))


@dataclass(frozen=True)
class Split:
    """One Gaussian of sd 0.2 m in the middle that parts into two, along x.

    Half of the mass goes each way until the centres rest at (-0.5, 0) and (0.5, 0) m.

    Attributes:
        speed: of each centre (m/s).
    """

    speed: float

    def __call__(self, time_s: float) -> Target:
        """Return the target at a time (s)."""
        x = self.speed * time_s
        return self._parted if x >= _RADIUS else _gaussians("split", (-x, 0.0), (x, 0.0))

    @cached_property
    def _parted(self) -> Target:
        return _gaussians("split", (-_RADIUS, 0.0), (_RADIUS, 0.0))


@dataclass(frozen=True, eq=False)
class Switch:
    """One target, and from a moment on another.

    Attributes:
        first: before.
        then: from that moment on.
        at_s: the moment (s).
    """

    first: Target
    then: Target
    at_s: float

    def __call__(self, time_s: float) -> Target:
        """Return the target at a time (s)."""
        return self.first if time_s < self.at_s - _CLOCK_ERROR_S else self.then


@dataclass(frozen=True, eq=False)
class _Course:
    """The target of a function of places and time."""

    shape: Callable[..., Floats]
    name: str

    def __call__(self, time_s: float) -> Target:
        return target_from_function(partial(self.shape, time_s=time_s), self.name)


def moving_target_from_function(
    shape: Callable[..., Floats], name: str = "function"
) -> MovingTarget:
    """Make a moving target of any function of place and time.

    Args:
        shape: called with points (..., 2) in metres and ``time_s=`` seconds, returns (...); at
            every moment what `bildsim.targets.target.target_from_function` asks of a function.
        name: what to call it.
    """
    return MovingTarget(name, _Course(shape, name))


def target_by_name(
    name: str,
    *,
    seed: int = 0,
    speed: float | None = None,
    time_s: float | None = None,
    duration_s: float = 60.0,
) -> AnyTarget:
    """Return a named target, at rest or moving; capital and small letters are the same.

    Args:
        name: one of ``TARGET_NAMES`` or ``MOVING_NAMES``.
        seed: draws the parameters of ``expfam``.
        speed: of the centres of ``moving_gauss`` and ``split`` (m/s); 0.05 unless given.
        time_s: when ``switch`` switches (s); half of ``duration_s`` unless given.
        duration_s: how long the target is wanted (s).

    Raises:
        UsageError: no target has that name, ``speed`` or ``time_s`` is out of range or means
            nothing for this target.
    """
    moving = {valid.casefold(): valid for valid in MOVING_NAMES}.get(name.casefold())
    if moving is None and name.casefold() not in map(str.casefold, TARGET_NAMES):
        raise unknown_name("target", name, (*TARGET_NAMES, *MOVING_NAMES))
    _require_use("target_speed", speed, name, moving, WITH_SPEED)
    _require_use("target_time", time_s, name, moving, WITH_TIME)
    if moving is None:
        return named_target(name, seed)
    if moving == "switch":
        at_s = 0.5 * duration_s if time_s is None else require_time(time_s)
        return MovingTarget(moving, Switch(named_target("gmm3"), named_target("ring"), at_s))
    pace = DEFAULT_SPEED if speed is None else _checked_speed(speed)
    return MovingTarget(moving, Orbit(pace) if moving == "moving_gauss" else Split(pace))


def _require_use(
    setting: str, value: float | None, name: str, moving: str | None, users: tuple[str, ...]
) -> None:
    if value is not None and moving not in users:
        raise UsageError(
            f"{{{setting}}} means nothing for {{target}}: it is for {{0}}",
            " and ".join(users),
            target=name,
            **{setting: float(value)},
        )


def _checked_speed(speed: float) -> float:
    if not 0.0 < speed <= HIGHEST_SPEED:
        raise UsageError(
            "{target_speed} is out of range: above 0, at most {0} m/s",
            f"{HIGHEST_SPEED:g}",
            target_speed=float(speed),
        )
    return speed


def require_time(time_s: float) -> float:
    """Return a time (s) that is positive and finite.

    Raises:
        UsageError: it is not.
    """
    if not (time_s > 0.0 and isfinite(time_s)):
        raise UsageError(
            "{target_time} is out of range: it must be above 0 s", target_time=float(time_s)
        )
    return time_s


def _gaussians(name: str, *means: tuple[float, float]) -> Target:
    parts = tuple(Gaussian(mean, _SD, 1.0 / len(means)) for mean in means)
    return Target(name, partial(mixture, parts=parts), sum(part.mass for part in parts))
