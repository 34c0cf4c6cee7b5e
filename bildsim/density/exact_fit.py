"""The exact fit of many swarms at once, from fits that are near; the fast `LegendreFamily.fit`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import RunError
from bildsim.density import fit_kernels
from bildsim.density.fit_kernels import Fits
from bildsim.density.fit_tables import FitTables, fit_tables, folded_target
from bildsim.density.legendre_family import LegendreFamily
from bildsim.numerics.lanes import WIDTH


@dataclass(frozen=True)
class ExactFit:
    """Fits of swarms' densities to the means of their statistics (paper, equation (5)), compiled.

    Attributes:
        family: the exponential family.
        regularisation: w, the ridge.
        tolerance: largest absolute entry of the gradient at an answer.
    """

    family: LegendreFamily
    regularisation: float
    tolerance: float = 1e-10

    @cached_property
    def _tables(self) -> FitTables:
        family = self.family
        return fit_tables(family.order, family.grid, family.degrees, family.blocked)

    def folded(self, log_target: Floats) -> Floats:
        """Return ln p* on the grid, (G, G), as `fit` takes it."""
        return folded_target(log_target, self.family.grid)

    def begin(self, swarms: int) -> Fits:
        """Return the fits of so many swarms before the first one: theta is 0, the KL infinite."""
        moments = len(self._tables.weighted) // self.family.grid.size * (2 * self.family.order + 1)
        return Fits(
            np.zeros((swarms, self.family.size)),
            np.full(swarms, np.inf),
            np.full(swarms, np.nan),
            np.zeros((swarms, moments, WIDTH)),
        )

    def fit(self, first: int, last: int, statistics: Floats, target: Floats, fits: Fits) -> None:
        """Fit the densities of the swarms first..last-1; none depends on another.

        Args:
            first: the first swarm, its row in the arrays.
            last: one past the last swarm.
            statistics: (B, m) mean of phi over each swarm's robots.
            target: what `folded` made of ln p*.
            fits: what `begin` returned, or fits of the swarms before; changed. Where ``theta`` was
                set to something else, ``peak`` must be set to not a number.

        Raises:
            RunError: a mean is not finite, or the iteration did not reach the tolerance.
        """
        if not np.isfinite(statistics[first:last]).all():
            raise RunError("the density fit failed: the mean of the statistics is not finite")
        status = np.zeros(len(fits.theta), dtype=np.int64)
        fit_kernels.fit_pass(
            first,
            last,
            statistics,
            self.regularisation,
            self.tolerance,
            target,
            self._tables,
            fits,
            status,
        )
        if status.any():
            _raise(status, self.regularisation)


def _raise(status: Ints, regularisation: float) -> None:
    if (status == fit_kernels.SINGULAR).any():
        raise RunError(f"the density fit failed: its Hessian is singular at {regularisation=:g}")
    raise RunError(f"the density fit did not converge within {fit_kernels.MOST_STEPS} Newton steps")
