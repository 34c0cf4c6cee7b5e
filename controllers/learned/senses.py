"""What the learned policy's network is shown of what a robot knows: numbers of order one.

Lengths are in spacings, l = 2 / sqrt(N) m, the side of a robot's share of C: a swarm of another
size then looks alike to each robot, if the target is smooth at that scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import not_allowed
from bildsim.controllers.local_view import LocalView
from bildsim.density import legendre
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.target import AREA, Target

# Densities below this share of the uniform one, as all places outside C, look alike.
_LEAST_SHARE = 0.005
# The gap is shown at 3 x 3 places so far apart (m): the family resolves nothing finer.
_GAP_STEP = 0.2
# Across C there are 142 spacings of 10,000 robots; it stands for the distance of nobody, too.
_FARTHEST = 1e6
_GAP_PLACES = np.array([-_GAP_STEP, 0.0, _GAP_STEP])


@dataclass(frozen=True)
class Senses:
    """How a robot's knowledge becomes the F inputs of its network.

    In this order, for each robot:

    - its k nearest neighbours, nearest first: dx, dy and distance in spacings, 3 k numbers; where
      there is none 0, 0 and the sensing range;
    - ln(4 p*) on the patch around it, P^2 numbers, a quarter of it; outside C p* counts as
      0.005 / 4;
    - the gap p_i - p* of what it hears of the swarm's density from the target, as far as the
      family's polynomials describe it, at 3 x 3 places 0.2 m apart, squashed by asinh;
    - the slopes at its place of the gap and of the gap with its statistics weighted by
      (1 + a^2 + b^2)^-3/2, which reach across C; 2 numbers each, squashed to below 1;
    - how near the walls x = -1, x = 1, y = -1 and y = 1 are, in spacings, at most 1;
    - x and y in m.

    Attributes:
        neighbours: k.
        sensing_range: in spacings.
        patch_cells: P.
        patch_width: from the first place to the last, in spacings.
        order: highest degree of the polynomials whose means are estimated.

    Raises:
        UsageError: a setting is out of range.
    """

    neighbours: int = 6
    sensing_range: float = 2.0
    patch_cells: int = 5
    patch_width: float = 2.0
    order: int = 6

    def __post_init__(self) -> None:
        if not 0.0 < self.sensing_range <= _FARTHEST:
            allowed = f"above 0, at most {_FARTHEST:g}"
            raise not_allowed("sensing_range", self.sensing_range, allowed)
        # The other settings are looked at where they are used.
        self.view(robots=4)
        self.family.size  # noqa: B018

    @property
    def size(self) -> int:
        """F, how many inputs there are."""
        return 3 * self.neighbours + self.patch_cells**2 + 9 + 4 + 4 + 2

    def view(self, robots: int) -> LocalView:
        """Return the view of each of so many robots, in metres."""
        length = spacing(robots)
        width = min(self.patch_width * length, 4.0)
        return LocalView.of(self.neighbours, self.sensing_range * length, self.patch_cells, width)

    @cached_property
    def family(self) -> LegendreFamily:
        """The family whose statistics robots estimate."""
        return LegendreFamily(self.order)

    def target_statistics(self, target: Target) -> Floats:
        """Return E_p*[phi], (m,): what the swarm's mean statistics should be."""
        grid = self.family.grid
        weights = target.on_grid(grid) * grid.area_weights
        return np.asarray(np.tensordot(weights, self._grid_statistics, axes=2))

    def inputs(self, positions: Floats, patch: Floats, gap: Floats) -> Floats:
        """Return the network's inputs, (..., N, F).

        Args:
            positions: (..., N, 2), m.
            patch: (..., N, P, P) p* around each robot (1/m^2), by `view`.
            gap: (..., N, m) what each robot hears of the swarm's mean statistics, less those of
                the target.
        """
        length = spacing(positions.shape[-2])
        inside = np.clip(positions, -1.0, 1.0)
        walls = np.concatenate([1.0 + inside, 1.0 - inside], axis=-1)[..., [0, 2, 1, 3]]
        parts = [
            self._neighbours(positions, length),
            0.25 * np.log(np.maximum(AREA * patch, _LEAST_SHARE)).reshape(*patch.shape[:-2], -1),
            *self._gap(inside, gap),
            np.minimum(walls / length, 1.0),
            inside,
        ]
        return np.concatenate(parts, axis=-1)

    def _neighbours(self, positions: Floats, length: float) -> Floats:
        near = self.view(positions.shape[-2]).neighbours_of(positions)
        offsets = near.relative / length
        distance = np.where(
            near.present, np.hypot(*np.moveaxis(offsets, -1, 0)), self.sensing_range
        )
        seen = np.concatenate([offsets, distance[..., None]], axis=-1)
        return seen.reshape(*seen.shape[:-2], -1)

    def _gap(self, inside: Floats, gap: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the gap around each robot (..., N, 9), and two slopes (..., N, 2) of it."""
        size = self.order + 1
        table = np.zeros((*gap.shape[:-1], size * size))
        table[..., 1:] = gap
        table = table.reshape(*gap.shape[:-1], size, size) * self._scale
        places = np.clip(inside[..., None] + _GAP_PLACES, -1.0, 1.0)
        x, y = np.moveaxis(legendre.values(places, self.order), -3, 0)
        field = np.einsum("...ja,...ab,...ib->...ij", x, table, y, optimize=True)
        centre = np.stack([x[..., 1, :], y[..., 1, :]], axis=-2)
        slope = legendre.derivatives(inside, self.order)
        along = [_slope(table, centre, slope), _slope(table * self._smoothing, centre, slope)]
        return np.arcsinh(field).reshape(*field.shape[:-2], 9), *map(_squashed, along)

    @cached_property
    def _degrees(self) -> Floats:
        """(order + 1,)."""
        return np.arange(self.order + 1, dtype=np.float64)

    @cached_property
    def _scale(self) -> Floats:
        """What a mean of P_a(x) P_b(y) stands for in an expansion of the density, (a, b)."""
        norm = 2.0 * self._degrees + 1.0
        return np.outer(norm, norm) / AREA

    @cached_property
    def _smoothing(self) -> Floats:
        squared = self._degrees**2
        return np.asarray((1.0 + np.add.outer(squared, squared)) ** -1.5)

    @cached_property
    def _grid_statistics(self) -> Floats:
        return self.family.statistics(self.family.grid.points)


def spacing(robots: int) -> float:
    """Return l = 2 / sqrt(N), the side of a robot's share of C (m)."""
    return 2.0 / math.sqrt(robots)


def _slope(table: Floats, centre: Floats, slope: Floats) -> Floats:
    """Return the gradient of sums of P_a(x) P_b(y), (..., N, 2), per metre."""
    x, y = centre[..., 0, :], centre[..., 1, :]
    along_x = np.einsum("...a,...ab,...b->...", slope[..., 0, :], table, y, optimize=True)
    along_y = np.einsum("...a,...ab,...b->...", x, table, slope[..., 1, :], optimize=True)
    return np.stack([along_x, along_y], axis=-1)


def _squashed(vectors: Floats) -> Floats:
    """Return vectors (..., 2) with their directions, and lengths from 0 to 1."""
    length = np.hypot(vectors[..., 0], vectors[..., 1])[..., None]
    return vectors / (1.0 + length)
