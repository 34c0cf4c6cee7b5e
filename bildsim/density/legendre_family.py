"""The exponential family that models the swarm's density, and its exact maximum-likelihood fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import minimize

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.basics.errors import RunError, UsageError
from bildsim.density import kernels, legendre, point_kernels
from bildsim.density.grid import Grid
from bildsim.density.kernel_tables import Tables
from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.threads import over_robots
from bildsim.obstacles.shapes import NOWHERE, Obstacles

MIN_ORDER, MAX_ORDER = 1, 12


@dataclass(frozen=True)
class LegendreFamily:
    """Densities p(c; y) = exp(y . phi(c)) / Z(y) on C = [-1, 1]^2 (paper, equation (4)).

    The statistics are the products P_a(x) P_b(y), a, b <= order, in the order of
    vec[P(x) (x) P(y)], without P_0 P_0: that one is constant, so its parameter cannot be
    identified, and leaving it out changes no density and no robot's path. Integrals are sums over
    the nodes of ``grid`` with trapezoid weights. Where obstacles are there is no density: integrals
    are over what they leave of C.

    Attributes:
        order: highest degree kappa of the polynomials, 1 to 12; m = (order + 1)^2 - 1 statistics.
        grid_step: distance between grid nodes (m).
        obstacles: places where no robot's centre can be.
    """

    order: int = 6
    grid_step: float = 0.05
    obstacles: Obstacles = NOWHERE

    def __post_init__(self) -> None:
        if not MIN_ORDER <= self.order <= MAX_ORDER:
            raise UsageError(
                "{order} is out of range: {0} to {1}", MIN_ORDER, MAX_ORDER, order=self.order
            )
        if self.grid.size <= 2 * self.order:
            raise UsageError(
                "{grid_step} is too coarse for {order}: {0} nodes an axis, more than {1} needed",
                self.grid.size,
                2 * self.order,
                grid_step=self.grid_step,
                order=self.order,
            )

    @cached_property
    def grid(self) -> Grid:
        """The quadrature grid over C."""
        return Grid(self.grid_step)

    @cached_property
    def blocked(self) -> Bools:
        """The nodes that lie in obstacles, (G, G), element [i, j] at (x_j, y_i)."""
        return self.obstacles.covers(self.grid.points)

    @cached_property
    def degrees(self) -> Ints:
        """Degrees (a, b) of each statistic P_a(x) P_b(y), shape (m, 2)."""
        size = self.order + 1
        return np.array([(a, b) for a in range(size) for b in range(size)][1:], dtype=np.int64)

    @property
    def size(self) -> int:
        """Number m of statistics."""
        return (self.order + 1) ** 2 - 1

    @property
    def packed_size(self) -> int:
        """Entries of the packed upper triangle of an (m, m) matrix."""
        return self.size * (self.size + 1) // 2

    @cached_property
    def packed_diagonal(self) -> Ints:
        """Where the diagonal stands in a packed upper triangle, shape (m,)."""
        rows = np.arange(self.size)
        return rows * self.size - rows * (rows - 1) // 2

    @cached_property
    def tables(self) -> Tables:
        """The family's constants as the compiled passes read them."""
        size = self.order + 1
        upper = [(a, b) for a in range(size) for b in range(a, size)]
        pair = np.empty((size, size), dtype=np.int64)
        for index, (a, b) in enumerate(upper):
            pair[a, b] = pair[b, a] = index
        sums = legendre.product_coefficients(self.order)
        degree_x, degree_y = np.ascontiguousarray(self.degrees.T)
        rows, columns = np.triu_indices(self.size)
        in_x = pair[degree_x[rows], degree_x[columns]]
        in_y = pair[degree_y[rows], degree_y[columns]]
        half = (self.grid.size + 1) // 2
        mirrored = np.arange(half) != (self.grid.size - 1) / 2
        return Tables(
            polynomials=legendre.values(self.grid.nodes, 2 * self.order),
            fold=np.where(mirrored, 1.0, 0.5) * self.grid.weights[:half],
            degree_x=degree_x,
            degree_y=degree_y,
            products=np.array([sums[a, b] for a, b in upper]),
            factors=np.array(upper),
            second=in_x * len(upper) + in_y,
            own=np.arange(self.size),
            theta=degree_y * size + degree_x,
            # Column after column, as the passes go.
            blocked=np.flatnonzero(self.blocked.T),
        )

    def statistics(self, points: Floats) -> Floats:
        """Return phi at the points: (..., 2) metres to (..., m)."""
        # A copy: for points that are read-only the pass would be compiled a second time.
        flat = np.array(points, dtype=np.float64, order="C").reshape(-1, 2)
        result = np.empty((len(flat), self.size))
        over_robots(len(flat), point_kernels.statistics_pass, flat, result)
        return result.reshape(*np.shape(points)[:-1], self.size)

    def gradient(self, points: Floats) -> Floats:
        """Return the 2 x m Jacobian of phi at the points: (..., 2) metres to (..., 2, m)."""
        value = legendre.values(points, self.order)
        slope = legendre.derivatives(points, self.order)
        x = np.stack([slope[..., 0, :], value[..., 0, :]], axis=-2)
        y = np.stack([value[..., 1, :], slope[..., 1, :]], axis=-2)
        return self._products(x, y)

    def ascent(self, points: Floats, z: Floats) -> Floats:
        """Return grad phi(x_i) z_i: (N, 2) metres and (N, m) to (N, 2); 1/m."""
        places = _numbers("points", points, (None, 2))
        directions = _numbers("z", z, (len(places), self.size))
        result = np.empty((len(places), 2))
        over_robots(len(places), point_kernels.ascent_pass, places, directions, result)
        return result

    def evaluate(
        self,
        y: Floats,
        log_target: Floats | None = None,
        second: bool = True,
        moments: bool = False,
    ) -> kernels.Evaluation:
        """Evaluate many densities at once: ln Z, E[phi], packed Cov[phi] and grad f.

        Args:
            y: (n, m) natural parameters.
            log_target: (G, G) ln p*; without it ``expected`` and ``gradient`` mean nothing.
            second: whether the covariance is wanted.
            moments: whether the moments of twice the order are wanted.

        Raises:
            ValueError: an array is of another shape.
        """
        y = _numbers("y", y, (None, self.size))
        side = len(self.grid.nodes)
        target = np.empty((0, 0))
        if log_target is not None:
            target = _numbers("log_target", log_target, (side, side))
        rows = len(y)
        result = kernels.Evaluation(
            log_z=np.empty(rows),
            mean=np.empty((rows, self.size)),
            moments=np.empty((rows, (2 * self.order + 1) ** 2) if moments else (0, 0)),
            covariance=aligned_empty(rows, self.packed_size) if second else np.empty((0, 0)),
            expected=np.empty(rows),
            gradient=np.empty((rows, self.size)),
        )
        over_robots(rows, kernels.evaluate, y, target, result, self.tables)
        return result

    def log_partition(self, y: Floats) -> float:
        """Return ln Z(y) for y of shape (m,)."""
        return float(self.evaluate(_row(y), second=False).log_z[0])

    def moments(self, y: Floats) -> Floats:
        """Return E_y[phi], shape (m,)."""
        return np.asarray(self.evaluate(_row(y), second=False).mean[0])

    def covariance(self, y: Floats) -> Floats:
        """Return Cov_y[phi], shape (m, m)."""
        return self.unpack(self.evaluate(_row(y)).covariance[0])

    def unpack(self, packed: Floats) -> Floats:
        """Return the symmetric matrices (..., m, m) of packed upper triangles (..., m(m+1)/2)."""
        full = np.empty((*packed.shape[:-1], self.size, self.size))
        upper = np.triu_indices(self.size)
        full[..., upper[0], upper[1]] = packed
        full[..., upper[1], upper[0]] = packed
        return full

    def density(self, y: Floats) -> Floats:
        """Return p(.; y) on the grid, shape (G, G), element [i, j] at (x_j, y_i); 1/m^2."""
        theta = np.zeros((self.order + 1, self.order + 1))
        theta[self.degrees[:, 1], self.degrees[:, 0]] = y
        polynomials = self.tables.polynomials[:, : self.order + 1]
        exponent = polynomials @ theta @ polynomials.T
        values = np.exp(exponent - exponent.max())
        values[self.blocked] = 0.0
        return np.asarray(values / self.grid.integrate(values))

    def kl(self, y: Floats, log_target: Floats) -> float:
        """Return f(y) = KL(p(.; y) || p*) in nats (paper, equation (24)).

        Args:
            y: (m,) natural parameters.
            log_target: (G, G) ln p* on the grid.
        """
        found = self.evaluate(_row(y), log_target, second=False)
        return float(
            np.asarray(y, dtype=np.float64) @ found.mean[0] - found.log_z[0] - found.expected[0]
        )

    def kl_gradient(self, y: Floats, log_target: Floats) -> Floats:
        """Return the gradient of ``kl`` in y, Cov_y[phi] y - Cov_y(phi, ln p*), shape (m,)."""
        return np.asarray(self.evaluate(_row(y), log_target).gradient[0])

    def kl_between(self, first: Floats, second: Floats) -> Floats:
        """Return KL(p(.; first) || p(.; second)) in nats: (..., m) and (m,) to (...)."""
        rows = first.reshape(-1, self.size)
        found = self.evaluate(np.vstack([rows, second]), second=False)
        cross = np.einsum("nm,nm->n", rows - second, found.mean[:-1])
        return np.asarray(cross - found.log_z[:-1] + found.log_z[-1]).reshape(first.shape[:-1])

    def fit(
        self,
        mean_statistics: Floats,
        regularisation: float,
        start: Floats | None = None,
        tolerance: float = 1e-10,
    ) -> Floats:
        """Return theta = argmin_y -y . s + ln Z(y) + (w / 2)|y|^2 (paper, equation (5)).

        Damped Newton; the objective is w-strongly convex, so the minimiser is unique and the
        iteration reaches it from anywhere.

        Args:
            mean_statistics: (m,) s, the mean of phi over the robots.
            regularisation: w > 0.
            start: (m,) first iterate; zero if left out.
            tolerance: largest absolute entry of the gradient at the answer.

        Raises:
            RunError: the mean is not finite, or the iteration did not reach the tolerance.
        """
        if not np.isfinite(mean_statistics).all():
            raise RunError("the density fit failed: the mean of the statistics is not finite")
        y = np.zeros(self.size) if start is None else np.array(start, dtype=np.float64)
        mean = _numbers("mean_statistics", mean_statistics, (self.size,))
        objective = _FitObjective(self, mean, regularisation)
        for _ in range(_MAX_NEWTON_STEPS):
            value, slope, hessian = objective.derivatives(y)
            if np.abs(slope).max() <= tolerance:
                return y
            try:
                step = cho_solve(cho_factor(hessian), slope)
            except LinAlgError:
                raise RunError(
                    f"the density fit failed: its Hessian is singular at {regularisation=:g}"
                ) from None
            y = objective.line_search(y, value, slope, step)
        raise RunError(
            f"the density fit did not converge: gradient {np.abs(slope).max():.1e} after "
            f"{_MAX_NEWTON_STEPS} Newton steps"
        )

    def least_kl(self, log_target: Floats) -> tuple[Floats, float]:
        """Return the y of least KL(p(.; y) || p*) that descent finds, (m,), and the KL (nats).

        No robot positions do better than the family allows: this is the floor under f(theta(x)).
        f is not convex, so quasi-Newton descents start from the uniform density and from the
        moment-matching fit, and the lower end is taken; nothing is random.

        Args:
            log_target: (G, G) ln p* on the grid.
        """
        target = np.exp(log_target)[..., None] * self.statistics(self.grid.points)
        mean = np.asarray(self.grid.integrate(np.moveaxis(target, -1, 0)))
        starts = [np.zeros(self.size), self.fit(mean, _START_RIDGE)]
        ends = [self._descend(start, log_target) for start in starts]
        y, value = min(ends, key=lambda end: end[1])
        return y, max(value, 0.0)  # rounding can leave -1e-16

    def _descend(self, start: Floats, log_target: Floats) -> tuple[Floats, float]:
        def value_and_gradient(y: Floats) -> tuple[float, Floats]:
            found = self.evaluate(y[None], log_target)
            value = y @ found.mean[0] - found.log_z[0] - found.expected[0]
            return float(value), found.gradient[0]

        values, vectors = np.linalg.eigh(self.covariance(start))
        roots = vectors / np.sqrt(np.maximum(values, 0.0) + _START_RIDGE)
        found = minimize(
            value_and_gradient,
            start,
            method="BFGS",
            jac=True,
            # At the least KL of a member of the family the second derivative is Cov[phi].
            options={"gtol": 1e-7, "maxiter": 2000, "hess_inv0": roots @ roots.T},
        )
        return np.asarray(found.x), float(found.fun)

    def _products(self, x: Floats, y: Floats) -> Floats:
        """Return x_a y_b in the order of ``degrees`` for (..., order + 1) factors."""
        outer = x[..., :, None] * y[..., None, :]
        return np.ascontiguousarray(outer.reshape(*outer.shape[:-2], self.size + 1)[..., 1:])


_MAX_NEWTON_STEPS = 500
_START_RIDGE = 1e-2
_ARMIJO = 1e-4


@dataclass(frozen=True)
class _FitObjective:
    family: LegendreFamily
    mean_statistics: Floats
    regularisation: float

    def value(self, y: Floats) -> float:
        ridge = 0.5 * self.regularisation * float(y @ y)
        return self.family.log_partition(y) - float(y @ self.mean_statistics) + ridge

    def derivatives(self, y: Floats) -> tuple[float, Floats, Floats]:
        found = self.family.evaluate(y[None])
        hessian = self.family.unpack(found.covariance[0])
        hessian[np.diag_indices(self.family.size)] += self.regularisation
        ridge = 0.5 * self.regularisation * float(y @ y)
        value = float(found.log_z[0]) - float(y @ self.mean_statistics) + ridge
        return value, found.mean[0] - self.mean_statistics + self.regularisation * y, hessian

    def line_search(self, y: Floats, value: float, slope: Floats, step: Floats) -> Floats:
        """Return y - t step with the largest t = 1, 1/2, ... that decreases the value enough."""
        decrease = _ARMIJO * float(slope @ step)
        slack = 1e-14 * (1.0 + abs(value))  # rounding of the value itself
        t = 1.0
        while t > 1e-12 and self.value(y - t * step) > value - t * decrease + slack:
            t *= 0.5
        return y - t * step


def _numbers(name: str, values: Floats, shape: tuple[int | None, ...]) -> Floats:
    """Return an array as the kernels read it: they look at memory, and at no type or shape.

    Args:
        name: what it is called.
        values: of any type that is a number.
        shape: what its shape must be; None for any length.

    Raises:
        ValueError: it has another shape.
    """
    array = np.ascontiguousarray(values, dtype=np.float64)
    fits = array.ndim == len(shape) and all(
        wanted in (None, found) for wanted, found in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("n" if length is None else str(length) for length in shape)
        raise ValueError(f"{name} of shape {array.shape} is not possible: allowed is ({wanted})")
    return array


def _row(y: Floats) -> Floats:
    return np.asarray(y)[None]
