"""Target densities p* on C = [-1, 1]^2: the named ones, and one from any function of the plane.

Every target is normalised over C and then mixed with a little of the uniform density,
p* <- 0.98 p* + 0.02 / 4, so that ln p* stays finite wherever a robot may be.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.polynomial import legendre

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.density.grid import Grid
from bildsim.obstacles.shapes import NOWHERE, Obstacles

UNIFORM_SHARE = 0.02
AREA = 4.0
WHAT_A_DENSITY_IS = "a density is finite, non-negative and not zero everywhere"
Density = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Target:
    """A density p* that the swarm is to take; build one by the functions of this module.

    Attributes:
        name: what the target is called in results and pictures.
        shape: the unnormalised, non-negative density: points (..., 2) in metres -> (...).
        mass: the integral of ``shape`` over C.
        source: what was read, and how, in words; empty unless it comes from a file.
        obstacles: places where p* is 0; see `bildsim.targets.masked.avoiding`.
        share: how much of p* without obstacles lies beside them.
    """

    name: str
    shape: Density
    mass: float
    source: str = ""
    obstacles: Obstacles = NOWHERE
    share: float = 1.0

    def density(self, points: Floats) -> Floats:
        """Return p* per square metre, (...), at ``points`` (..., 2) in metres."""
        full = (1.0 - UNIFORM_SHARE) * self.shape(points) / self.mass + UNIFORM_SHARE / AREA
        if not self.obstacles:
            return full
        return np.where(self.obstacles.covers(points), 0.0, full / self.share)

    def at(self, time_s: float) -> "Target":
        """Return itself: at rest it is the same at all times."""
        return self

    def on_grid(self, grid: Grid) -> Floats:
        """Return p* on the grid, (G, G), normalised by that grid's own quadrature.

        With both densities normalised by the same weights a KL divergence on the grid is a
        divergence of two distributions, and so never negative.
        """
        values = self.density(grid.points)
        return values / grid.integrate(values)

    def log_on_grid(self, grid: Grid) -> Floats:
        """Return ln p* on the grid, (G, G); 0 in obstacles, where no density is that could count.

        The families of densities that it is held against are 0 there as well.
        """
        values = self.on_grid(grid)
        if not self.obstacles:
            return np.log(values)
        return np.log(values, out=np.zeros_like(values), where=values > 0.0)


def named_target(name: str, seed: int = 0) -> Target:
    """Return one of ``TARGET_NAMES``; capital and small letters are the same.

    Args:
        name: the target's name.
        seed: draws the parameters of ``expfam``; the other targets do not depend on it.

    Raises:
        UsageError: no target has that name.
    """
    known = {valid.casefold(): valid for valid in TARGET_NAMES}
    valid = known.get(name.casefold())
    if valid is None:
        raise unknown_name("target", name, TARGET_NAMES)
    if valid == "expfam":
        return _exponential_family_target(seed)
    return target_from_function(_SHAPES[valid], valid)


def target_from_function(shape: Density, name: str = "function") -> Target:
    """Make a target of any function of the plane.

    Args:
        shape: points (..., 2) in metres -> (...): finite, nowhere negative, not zero everywhere;
            it need not be normalised. Its integral is taken by the trapezoid rule with a step of
            0.01 m, so features should not be finer than that.
        name: what to call it.

    Raises:
        UsageError: the function returns the wrong shape, a value that is not finite or is
            negative, or zero everywhere.
    """
    values = np.asarray(shape(FINE_GRID.points), dtype=np.float64)
    _check_values(values, name)
    return Target(name, shape, float(FINE_GRID.integrate(values)))


def _check_values(values: Floats, name: str) -> None:
    points = FINE_GRID.points.shape
    problem = None
    if values.shape != points[:-1]:
        problem = f"returned shape {values.shape} for points of shape {points}"
    elif not np.isfinite(values).all():
        problem = "returned a value that is not finite"
    elif (values < 0.0).any():
        problem = "returned a negative value"
    elif not values.any():
        problem = "is zero all over C"
    if problem:
        raise UsageError("{target} {0}: {1}", problem, WHAT_A_DENSITY_IS, target=name)


def _uniform(points: Floats) -> Floats:
    return np.ones(points.shape[:-1])


@dataclass(frozen=True)
class Gaussian:
    """One round Gaussian of a mixture: mean (x, y) and standard deviation in metres."""

    mean: tuple[float, float]
    sd: float
    weight: float

    def __call__(self, points: Floats) -> Floats:
        """Return its density, per square metre, (...) at ``points`` (..., 2) in metres."""
        squared: Floats = np.sum((points - np.array(self.mean)) ** 2, axis=-1)
        return self.weight / (2.0 * np.pi * self.sd**2) * np.exp(-0.5 * squared / self.sd**2)

    @property
    def mass(self) -> float:
        """The integral over C, in closed form."""
        scale = math.sqrt(2.0) * self.sd
        shares = [
            0.5 * (math.erf((1.0 - middle) / scale) + math.erf((1.0 + middle) / scale))
            for middle in self.mean
        ]
        return self.weight * math.prod(shares)


def mixture(points: Floats, parts: tuple[Gaussian, ...]) -> Floats:
    """Return the sum of the parts (...) at ``points`` (..., 2) in metres."""
    total: Floats = np.sum([part(points) for part in parts], axis=0)
    return total


def _ring(points: Floats) -> Floats:
    radius = np.hypot(points[..., 0], points[..., 1])
    return np.exp(-0.5 * ((radius - 0.6) / 0.1) ** 2)


def _banana(points: Floats) -> Floats:
    x, y = points[..., 0], points[..., 1]
    bend = 1.6 * (x**2 - 0.25)
    return np.exp(-0.5 * (x / 0.45) ** 2 - 0.5 * ((y - bend) / 0.12) ** 2)


_STROKES_OF_E = (
    ((-0.5, -0.7), (-0.5, 0.7)),
    ((-0.5, 0.7), (0.5, 0.7)),
    ((-0.5, 0.0), (0.3, 0.0)),
    ((-0.5, -0.7), (0.5, -0.7)),
)


def _letter_e(points: Floats) -> Floats:
    squared: Floats = np.min(
        [_squared_distance(points, *stroke) for stroke in _STROKES_OF_E], axis=0
    )
    return np.exp(-0.5 * squared / 0.07**2)


def _squared_distance(
    points: Floats, start: tuple[float, float], end: tuple[float, float]
) -> Floats:
    """Return the squared distance of points (..., 2) to the stroke from ``start`` to ``end``."""
    offset = points - np.array(start)
    along = np.subtract(end, start)
    share = np.clip(offset @ along / (along @ along), 0.0, 1.0)
    squared: Floats = np.sum((offset - share[..., None] * along) ** 2, axis=-1)
    return squared


def _exponential_family_target(seed: int, order: int = 6) -> Target:
    """Draw a target from the planner's own model family, p* ~ exp(theta . phi).

    The coefficient of P_a(x) P_b(y) is drawn from N(0, 0.3^2 / (1 + a^2 + b^2)). The little of
    the uniform density that every target gets takes it some 1e-8 nats out of the family.
    """
    degree = np.arange(order + 1)
    sd = 0.3 / np.sqrt(1.0 + np.add.outer(degree**2, degree**2))
    theta = sd * np.random.default_rng(seed).standard_normal(sd.shape)
    theta[0, 0] = 0.0
    shape = partial(_exponential_family, coefficients=theta)
    return target_from_function(shape, "expfam")


def _exponential_family(points: Floats, coefficients: Floats) -> Floats:
    exponent = legendre.legval2d(points[..., 0], points[..., 1], coefficients)
    return np.exp(np.asarray(exponent, dtype=np.float64))


FINE_GRID = Grid(0.01)
"""On which integrals of targets are taken."""
_THREE = (
    Gaussian((-0.5, -0.4), 0.15, 0.25),
    Gaussian((0.55, -0.3), 0.25, 0.35),
    Gaussian((0.0, 0.5), 0.2, 0.4),
)
_FOUR = tuple(Gaussian((x, y), 0.18, 0.25) for y in (-0.5, 0.5) for x in (-0.5, 0.5))
_SHAPES: dict[str, Density] = {
    "uniform": _uniform,
    "gmm3": partial(mixture, parts=_THREE),
    "gmm4": partial(mixture, parts=_FOUR),
    "ring": _ring,
    "banana": _banana,
    "letter_E": _letter_e,
}
TARGET_NAMES: tuple[str, ...] = (*_SHAPES, "expfam")
"""The named targets that are at rest."""
