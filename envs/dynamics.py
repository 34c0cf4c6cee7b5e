"""Three dynamics behind one interface, chosen by name.

| name | what moves the robots | needs PyBullet |
|---|---|---|
| ``ideal`` | points go straight to the waypoint, up to a top speed (the paper's (6b)) | no |
| ``kinematic`` | motors with limits, rolling wheels, disc contacts; all robots in arrays | no |
| ``bullet`` | rigid bodies, friction, gravity, in PyBullet | yes |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, pi, sqrt
from typing import Any, Protocol, TypeAlias

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.envs.bullet.physics_rate import PHYSICS_RATE_RANGE, default_rate, require_rate
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.ideal import IdealArena
from bildsim.envs.robots.arena_size import USUAL_WIDTH, unit_of
from bildsim.envs.robots.contacts import Contacts
from bildsim.envs.robots.described import REFERENCE, described_robot
from bildsim.envs.robots.model import RADIUS_RANGE, RobotModel, require_within
from bildsim.envs.robots.scaling import (
    USUAL_ROBOTS,
    USUAL_SPEED,
    fastest_without_weaving,
    radius_for,
)
from bildsim.obstacles.shapes import NOWHERE, Obstacles

DYNAMICS_NAMES = ("ideal", "kinematic", "bullet")
"""What may move robots, from the simplest to the truest."""
IDEAL, KINEMATIC, BULLET = DYNAMICS_NAMES
# Bounds of the observed velocities, in multiples of what the wheels can do: contacts push.
_VELOCITY_MARGIN = 5.0
_ARENA_SIDE = 2.0


class Dynamics(Protocol):
    """What all three can do; N robots, positions are the centres of their discs."""

    @property
    def count(self) -> int:
        """Number of robots N."""

    @property
    def time(self) -> float:
        """Simulated time since the start or the last reset, s."""

    def reset(self, poses: Floats) -> None:
        """Put all robots at rest at the poses, (N, 3), m and rad."""

    def poses(self) -> Floats:
        """Return x, y, heading, (N, 3), m and rad in [-pi, pi]."""

    def velocities(self) -> Floats:
        """Return world vx, vy of the centres and the yaw rate, (N, 3), m/s and rad/s."""

    def wheel_speeds(self) -> Floats:
        """Return the wheel speeds (left, right), (N, 2), rad/s."""

    def contacts(self) -> Contacts:
        """Return who touches whom."""

    def snapshot(self) -> dict[str, Any]:
        """Return the state, from which `restore` goes on to the bit."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken, of as many robots."""

    def check(self) -> None:
        """Raise ``RunError`` if the state has gone wrong."""

    def close(self) -> None:
        """Give back what the dynamics holds; a second call does nothing."""


class Wheeled(Dynamics, Protocol):
    """Dynamics of robots on wheels, which run in physics steps."""

    physics_rate: int

    def set_wheel_speeds(self, applied: Floats) -> None:
        """Set the speeds (left, right) that the motors hold from now on, (N, 2), rad/s."""

    def step(self, count: int = 1) -> None:
        """Advance by ``count`` steps of 1 / ``physics_rate`` seconds."""


AnyDynamics: TypeAlias = IdealArena | Wheeled


@dataclass(frozen=True)
class _Kind:
    """What a kind of dynamics allows.

    Attributes:
        radii: robot radii, m.
        rates: physics steps a second that may be asked for; None where there are none.
    """

    radii: tuple[float, float]
    rates: tuple[int, int] | None = None


_KINDS = {
    IDEAL: _Kind(RADIUS_RANGE),
    KINEMATIC: _Kind(RADIUS_RANGE, (TRACKING_RATE, 1000)),
    BULLET: _Kind(RADIUS_RANGE, PHYSICS_RATE_RANGE),
}


def settled_size(
    name: str,
    robots: int,
    radius: float | None,
    max_speed: float | None,
    robot: str = REFERENCE,
    arena_width: float = USUAL_WIDTH,
) -> tuple[float, float]:
    """Return the radius (m) and the top speed (m/s) of robots, given or by their number.

    Unless given, those of a described robot are its own. Of the reference robot the radius is that
    at which they cover the same share of the arena as 100 robots of 25 mm, and the top speed 0.2
    m/s, or less where so small a robot would weave.

    Args:
        name: one of ``DYNAMICS_NAMES``.
        robots: number N of robots.
        radius: of the disc (m), or None.
        max_speed: speed of the wheel rims at the wheels' limit (m/s), or None.
        robot: name or file of the robot.
        arena_width: of the arena that the share is of (m).

    Raises:
        UsageError: a name is unknown, these dynamics cannot move robots of that radius, or no arena
            has that width.
    """
    if name not in _KINDS:
        raise unknown_name("dynamics", name, DYNAMICS_NAMES)
    unit_m = unit_of(arena_width)
    described = described_robot(robot, radius)
    if described is not None:
        return described.radius, described.speed if max_speed is None else max_speed
    radii = _KINDS[name].radii
    if radius is None:
        radius = radius_for(robots, radii, unit_m)
    require_within("radius", radius, radii, "m", dynamics=name)
    if max_speed is None:
        fastest = inf if name == IDEAL else fastest_without_weaving(radius)
        max_speed = min(USUAL_SPEED, fastest)
    return radius, max_speed


def make_model(
    name: str,
    radius: float | None = None,
    max_speed: float | None = None,
    actuation: Actuation | None = None,
    robots: int = USUAL_ROBOTS,
    robot: str = REFERENCE,
    arena_width: float = USUAL_WIDTH,
) -> RobotModel:
    """Return the robot for dynamics of that name, described in metres.

    Args:
        name: one of ``DYNAMICS_NAMES``.
        radius: of the disc, m; None for the one that goes with ``robots`` (see `settled_size`).
        max_speed: speed of the wheel rims at the wheels' limit, m/s; for ``ideal`` of the robot,
            perhaps infinite; None for the one that goes with the radius.
        actuation: its drives, where they are not plain ones; of a described robot all of them.
        robots: how many of them there are.
        robot: name or file of the robot.
        arena_width: of the arena (m), for the radius that goes with ``robots``.

    Raises:
        UsageError: a name is unknown, or these dynamics cannot move such a robot.
    """
    given = radius
    radius, max_speed = settled_size(name, robots, radius, max_speed, robot, arena_width)
    if name != IDEAL and max_speed == inf:
        raise UsageError(
            "{max_speed} is not possible with {dynamics}: only ideal robots can have it",
            max_speed=max_speed,
            dynamics=name,
        )
    described = described_robot(robot, given)
    if described is not None:
        return _fitted(described.model(max_speed), actuation)
    fastest = fastest_without_weaving(radius)
    if name != IDEAL and max_speed > fastest:
        raise UsageError(
            "{max_speed} is not possible with {radius}: so small a robot would weave; allowed is "
            "at most {0} m/s",
            f"{fastest:.3g}",
            max_speed=max_speed,
            radius=radius,
        )
    return _fitted(RobotModel(radius, max_speed), actuation)


def _fitted(robot: RobotModel, actuation: Actuation | None) -> RobotModel:
    return robot if actuation is None or not actuation.changed else actuation.fitted(robot)


def settled_rate(name: str, physics_rate: int | None, robot: RobotModel) -> int:
    """Return the physics steps a second: those asked for, or the dynamics' own; 0 where none.

    Raises:
        UsageError: this rate is not possible with these dynamics and robots.
    """
    rates = _KINDS[name].rates
    if physics_rate is None:
        if rates is None:
            return 0
        return default_rate(robot) if name == BULLET else TRACKING_RATE
    if rates is None:
        raise UsageError(
            "{physics_rate} is not possible with {dynamics}: it has no physics steps",
            physics_rate=physics_rate,
            dynamics=name,
        )
    low, high = rates
    # The tracking controller must find a whole number of steps between two updates.
    if physics_rate % TRACKING_RATE or not low <= physics_rate <= high:
        raise UsageError(
            "{physics_rate} is not possible with {dynamics}: allowed are multiples of {0} from "
            "{1} to {2} Hz",
            TRACKING_RATE,
            low,
            high - high % TRACKING_RATE,
            physics_rate=physics_rate,
            dynamics=name,
        )
    if name == BULLET:
        require_rate(robot, physics_rate)
    return physics_rate


def make_dynamics(
    name: str,
    robot: RobotModel,
    poses: Floats,
    *,
    physics_rate: int | None = None,
    contacts: bool = True,
    gui: bool = False,
    obstacles: Obstacles = NOWHERE,
) -> AnyDynamics:
    """Put robots at rest into dynamics of that name.

    Args:
        name: ``ideal``, ``kinematic`` or ``bullet``; only the last loads PyBullet.
        robot: the model of every robot.
        poses: x, y, heading, (N, 3), m and rad.
        physics_rate: physics steps a second, a multiple of 60; by default 60, and for ``bullet``
            more where robots are small or fast. ``ideal`` has none.
        contacts: whether robots touch each other; ``ideal`` has no contacts.
        gui: show PyBullet's window; needs a display.
        obstacles: solid bodies that do not move; not for ``ideal``.

    Raises:
        UsageError: the name is unknown, an argument does not go with it, or PyBullet is absent.
        RunError: PyBullet's world cannot be opened.
    """
    if name not in _KINDS:
        raise unknown_name("dynamics", name, DYNAMICS_NAMES)
    rate = settled_rate(name, physics_rate, robot)
    if gui and name != BULLET:
        raise UsageError(
            f"render_mode 'human' is PyBullet's window: it needs dynamics='bullet', not {name!r}"
        )
    if name == IDEAL:
        require_solid(name, obstacles)
        return IdealArena(robot, poses)
    # Only here: each takes long to load, and a run needs one of them.
    if name == KINEMATIC:
        from bildsim.envs.kinematic.arena import KinematicArena

        return KinematicArena(
            robot, poses, physics_rate=rate, contacts=contacts, obstacles=obstacles
        )
    from bildsim.envs.bullet.arena import Arena
    from bildsim.envs.bullet.own_arena import OwnModelArena

    arena = Arena if robot.figures.own is None else OwnModelArena
    return arena(robot, poses, physics_rate=rate, contacts=contacts, gui=gui, obstacles=obstacles)


def require_solid(name: str, obstacles: Obstacles) -> None:
    """Refuse obstacles where nothing is solid.

    Raises:
        UsageError: these dynamics are of points.
    """
    if name == IDEAL and obstacles:
        raise UsageError(
            "{obstacle} is not possible with {dynamics}, whose points go through everything: "
            "allowed are {dynamics:kinematic} and {dynamics:bullet}",
            obstacle=obstacles.words,
            dynamics=name,
        )


def longest_step(robot: RobotModel) -> float:
    """Return how far a robot can come in one control tick, m."""
    return min(sqrt(2.0) * _ARENA_SIDE, robot.max_speed * TICK_S)


def velocity_bounds(name: str, robot: RobotModel) -> list[float]:
    """Return bounds of |vx|, |vy| (m/s) and |yaw rate| (rad/s) that no observation exceeds."""
    if name == IDEAL:
        return [_ARENA_SIDE / TICK_S, _ARENA_SIDE / TICK_S, pi / TICK_S]
    # A push may move a robot faster than its own wheels can.
    speed = _VELOCITY_MARGIN * robot.max_speed
    return [speed, speed, _VELOCITY_MARGIN * robot.max_turn_rate]
