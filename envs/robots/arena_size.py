"""How wide the real arena is, and what of it a robot and a swarm need.

Planners, targets and dynamics know the square [-1, 1]^2 alone. Its sides are ``USUAL_WIDTH`` units
long; in an arena of another width a unit is so many metres (`unit_of`), and robots are put into it
by `bildsim.envs.robots.model.RobotModel.in_arena`.
"""

from math import ceil

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.model import RobotModel, require_within
from bildsim.envs.robots.spawn import capacity

USUAL_WIDTH = 2.0
"""Width of the arena unless asked otherwise (m): a unit is a metre there."""
WIDTH_RANGE = (0.1, 100.0)
# The largest robots that dynamics are tested with are 0.5 m in radius, in an arena of 2 m.
_LEAST_RADII = 4.0
_HALVINGS = 50


def unit_of(width: float) -> float:
    """Return how many metres a unit is in an arena of a width (m): half of it.

    Raises:
        UsageError: no arena has that width.
    """
    require_within("arena_width", width, WIDTH_RANGE, "m")
    return width / USUAL_WIDTH


def length_of(unit_m: float) -> str:
    """Return what a unit of so many metres is called."""
    return "m" if unit_m == 1.0 else f"units of {unit_m:g} m"


def require_fits(robot: RobotModel, name: str, width: float) -> None:
    """Make sure that a robot is not too large for an arena.

    Args:
        robot: described in metres.
        name: what it is called.
        width: of the arena (m).

    Raises:
        UsageError: it is; the sentence says which width would do.
    """
    least = _LEAST_RADII * robot.radius
    if width < least * (1.0 - 1e-9):
        raise UsageError(
            "{arena_width} is not possible with {robot}: a robot of radius {0} m needs {1} m or "
            "more",
            f"{robot.radius:g}",
            f"{_up(least):g}",
            arena_width=width,
            robot=name,
        )


def require_room(robots: int, robot: RobotModel, width: float) -> None:
    """Make sure that an arena of a width (m) holds so many robots, described in metres.

    Raises:
        UsageError: it does not; the sentence says which width would, or which number.
    """
    most = capacity(robot.radius / unit_of(width))
    if 1 <= robots <= most:
        return
    wider = width_for(robots, robot.radius) if robots > most else None
    if wider is None or wider > WIDTH_RANGE[1]:
        hint = ""
    else:
        hint = f"; {{arena_width:{wider:g}}} would hold them"
    raise UsageError(
        "{robots} is not possible: allowed is 1 to {0}, which is what fits in the arena at a "
        f"robot radius of {{1}} m{hint}",
        most,
        f"{robot.radius:g}",
        robots=robots,
    )


def width_for(robots: int, radius: float) -> float:
    """Return the width (m), in whole cm, of an arena that holds robots of a radius (m)."""
    low, high = 0.0, 4.0 * radius * (1.0 + robots)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if capacity(radius / (middle / USUAL_WIDTH)) >= robots:
            high = middle
        else:
            low = middle
    return _up(max(high, WIDTH_RANGE[0]))


def _up(width: float) -> float:
    """Return a width in whole centimetres that is no less."""
    return ceil(100.0 * width - 1e-6) / 100.0
