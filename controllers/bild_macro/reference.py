"""Algorithm 1 in batched NumPy, equation by equation: what the compiled planner computes, to read.

Source: R. Brumali, G. Carnevale, S. Martinez, G. Notarstefano, arXiv 2604.11712; numbers in
brackets are its equations. This is the yardstick of the fast path's tests, the place to try a
change of the algorithm, and what `bildsim.controllers.bild_macro.reference_planner` plans by. A
round takes about ten times as long as the compiled one (``python -m benchmarks.round_cost``).

Index letters in comments: i, j robots; a, c degrees in x and b, d degrees in y; k statistics.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, eye_array

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.newton_learning import SETTLED, TRUSTED
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.step_rule import REST_M
from bildsim.density import legendre
from bildsim.density.information_matrix import information, metric
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network


@dataclass(frozen=True, eq=False)
class Density:
    """What a robot knows of its density p(.; y_i), for N robots.

    Attributes:
        moments: (N, 2 kappa + 1, 2 kappa + 1) E[P_a(x) P_b(y)] by degree in x and in y.
        mean: (N, m) E[phi].
        gradient: (N, m) grad f(y_i), f the KL divergence from the target (24).
    """

    moments: Floats
    mean: Floats
    gradient: Floats


@dataclass(frozen=True, eq=False)
class ReferenceState:
    """What the N robots hold between rounds.

    Attributes:
        positions: (N, 2) x_i (m).
        y: (N, m) estimates of the swarm's natural parameters.
        r: (N, m) trackers of the mean of grad_2 g_j.
        q: (N, m, m) trackers of the mean of the Hessians H(y_j), or H(y_i) of one's own.
        slope: (N, m) grad_2 g_i(x_i, y_i).
        density: p(.; y_i).
        rounds: communication rounds done.
    """

    positions: Floats
    y: Floats
    r: Floats
    q: Floats
    slope: Floats
    density: Density
    rounds: int


@dataclass(frozen=True, eq=False)
class ReferenceMacro:
    """Algorithm 1 for all robots at once; Metropolis tracking over perfect links, exact solves.

    Attributes:
        family: the density family.
        log_target: (G, G) ln p* on the family's grid.
        settings: step sizes and the rest.

    Raises:
        UsageError: the settings ask for another consensus or solver.
    """

    family: LegendreFamily
    log_target: Floats
    settings: MacroSettings = field(default_factory=MacroSettings)

    def __post_init__(self) -> None:
        settings = self.settings
        if settings.consensus != "metropolis" or settings.solver != "exact":
            raise UsageError(
                "{consensus} and {solver} are not possible with the reference of BILD-MACRO: "
                "allowed are {consensus:metropolis} and {solver:exact}",
                consensus=settings.consensus,
                solver=settings.solver,
            )

    @cached_property
    def _polynomials(self) -> Floats:
        """P_0 .. P_2kappa at the grid's nodes, (G, 2 kappa + 1)."""
        return legendre.values(self.family.grid.nodes, 2 * self.family.order)

    @cached_property
    def _free(self) -> Floats:
        """1 at the nodes where there may be density, 0 in obstacles, (G, G)."""
        return np.where(self.family.blocked, 0.0, 1.0)

    @cached_property
    def _products(self) -> Floats:
        """L of P_a P_c = sum_e L[ac, e] P_e, ((kappa + 1)^2, 2 kappa + 1)."""
        sums = legendre.product_coefficients(self.family.order)
        return sums.reshape(-1, sums.shape[-1])

    def density(self, y: Floats) -> Density:
        """Evaluate p(.; y_i), equation (4), by quadrature; y is (N, m)."""
        size = self.family.order + 1
        robots, polynomials = len(y), self._polynomials
        low = polynomials[:, :size]
        # The constant statistic has the parameter 0: Z absorbs it.
        theta = np.column_stack([np.zeros(robots), y]).reshape(robots, size, size)
        exponent = low @ theta.swapaxes(1, 2) @ low.T
        weights = np.outer(self.family.grid.weights, self.family.grid.weights) * self._free
        # ln Z cancels: subtracting the maximum only keeps exp from overflowing.
        mass = weights * np.exp(exponent - exponent.max(axis=(1, 2), keepdims=True))
        mass /= mass.sum(axis=(1, 2), keepdims=True)
        moments = (polynomials.T @ mass @ polynomials).swapaxes(1, 2)
        mean = _statistics(moments[:, :size, :size])
        # grad f = Cov(phi, ln p - ln p*); a constant in the logarithm has no covariance.
        surplus = mass * (exponent - self.log_target)
        cross = _statistics((low.T @ surplus @ low).swapaxes(1, 2))
        gradient = cross - mean * surplus.sum(axis=(1, 2))[:, None]
        return Density(moments, mean, gradient)

    def hessian(self, density: Density) -> Floats:
        """Return H(y_i) = Cov[phi] + w I, (N, m, m), of (5)."""
        robots, size, mean = len(density.mean), self.family.order + 1, density.mean
        # E[phi_ab phi_cd] is a short sum of moments, because P_a P_c is a short sum of P_e.
        second = self._products @ density.moments @ self._products.T
        second = second.reshape(robots, size, size, size, size).swapaxes(2, 3)
        second = second.reshape(robots, size**2, size**2)[:, 1:, 1:]
        covariance = second - mean[:, :, None] * mean[:, None, :]
        return covariance + self.settings.regularisation * np.eye(self.family.size)

    def slope(self, positions: Floats, y: Floats, density: Density) -> Floats:
        """Return grad_2 g_i(x_i, y_i) = E[phi] - phi(x_i) + w y_i, (N, m), of (5)."""
        statistics = self.family.statistics(positions)
        return density.mean - statistics + self.settings.regularisation * y

    def init(self, positions: Floats, y: Floats) -> ReferenceState:
        """Start as Theorem 1 asks: r_i = grad_2 g_i and q_i = H(y_i).

        Args:
            positions: (N, 2) x_i^0 (m).
            y: (N, m) y_i^0.
        """
        density = self.density(y)
        slope = self.slope(positions, y, density)
        return ReferenceState(positions, y, slope, self.hessian(density), slope, density, 0)

    def descent(self, state: ReferenceState) -> Floats:
        """Return gamma_i r_i, (N, m), with each robot's step bounded by its own curvature."""
        settings, hessian = self.settings, self.hessian(state.density)
        # See MacroSettings.
        bound = settings.curvature_limit / np.linalg.norm(hessian, axis=(1, 2))
        step = np.minimum(settings.gamma_y, bound) * (state.rounds >= settings.warmup_rounds)
        return np.asarray(step[:, None] * state.r)

    def round(
        self,
        old: ReferenceState,
        positions: Floats,
        network: Network,
        descent: Floats | None = None,
    ) -> ReferenceState:
        """Do (7), (8) and (9).

        Args:
            old: the state before the round.
            positions: (N, 2) x_i^{k+1} (m).
            network: the weights a_ij.
            descent: (N, m) what (7) takes in place of gamma_i r_i.
        """
        settings, robots = self.settings, len(old.y)
        weights = csr_array((network.weights, network.indices, network.indptr))
        mixing = (1.0 - settings.laziness) * weights + settings.laziness * eye_array(robots)

        y = mixing @ old.y - (self.descent(old) if descent is None else descent)  # (7)

        density = self.density(y)
        slope, hessian = self.slope(positions, y, density), self.hessian(density)
        r = mixing @ old.r + slope - old.slope  # (8)
        q = hessian
        if settings.tracks_hessian:
            change = (hessian - self.hessian(old.density)).reshape(robots, -1)
            q = (mixing @ old.q.reshape(robots, -1) + change).reshape(hessian.shape)  # (9)
        return ReferenceState(positions, y, r, q, slope, density, old.rounds + 1)

    def advance(
        self, state: ReferenceState, positions: Floats, network: Network, rounds: int = 1
    ) -> ReferenceState:
        """Do ``rounds`` rounds with the robots at ``positions``, (N, 2) in metres."""
        for _ in range(rounds):
            state = self.round(state, positions, network)
        return state

    def correction(self, before: ReferenceState, after: ReferenceState) -> tuple[Floats, Floats]:
        """Return how far robots trust their estimates, (N,), and their Newton steps, (N, m).

        Equation by equation `bildsim.controllers.bild_macro.newton_learning.correction`.

        Args:
            before: the state before the last round.
            after: the state after it.
        """
        innovation = (after.r - before.r) - (after.slope - before.slope)
        sides = np.stack([after.r, innovation], axis=2)
        newton, heard = np.moveaxis(np.linalg.solve(self.hessian(after.density), sides), 2, 0)
        decrement = np.sqrt(np.sum(after.r * newton, axis=1))
        unsettled = np.sum(innovation * heard, axis=1) / SETTLED**2
        doubt = (decrement / TRUSTED) ** 2
        share = (1.0 / (1.0 + doubt + decrement + unsettled))[:, None]
        return 1.0 / (1.0 + doubt), share * newton + (1.0 - share) * self.descent(after)

    def ascent(self, state: ReferenceState) -> Floats:
        """Return each robot's grad phi(x_i) z_i, (N, 2) in 1/m, N times its hypergradient.

        z_i solves P_{>= w}[q_i] z_i = grad f(y_i) (Remark 3). Equations (12) and (13) print a minus
        sign, with which the robots would climb.
        """
        return self._ascent(state, self._metric(state))

    def _ascent(self, state: ReferenceState, matrices: Floats) -> Floats:
        z = np.linalg.solve(matrices, state.density.gradient[:, :, None])
        return np.asarray((self.family.gradient(state.positions) @ z)[:, :, 0])

    def _metric(self, state: ReferenceState) -> Floats:
        """Return P_{>= w}[q_i], or the Wasserstein metric in its place, (N, m, m)."""
        if self.settings.metric == "wasserstein":
            return metric(self.family, self._moments(state), self.settings.metric_ridge)
        return self._projected(state.q)

    def _moments(self, state: ReferenceState) -> Floats:
        """Return the moments as the family gives them, (N, (2 kappa + 1)^2)."""
        return state.density.moments.swapaxes(1, 2).reshape(len(state.y), -1)

    def _projected(self, q: Floats) -> Floats:
        """Return P_{>= w}[q_i], (N, m, m): eigenvalues below w become w."""
        floor = self.settings.regularisation
        try:
            # Most often there are none, which a Cholesky factor proves at a tenth of the cost.
            np.linalg.cholesky(q - floor * np.eye(self.family.size))
        except np.linalg.LinAlgError:
            values, vectors = np.linalg.eigh(q)
            scaled = vectors * np.maximum(values, floor)[:, None, :]
            return np.asarray(scaled @ vectors.swapaxes(1, 2))
        return q

    def waypoints(self, state: ReferenceState, rounds: int = 1) -> Floats:
        """Return where ``rounds`` steps of (6b) lead, (N, 2) in metres."""
        destination = state.positions - self.settings.gamma_x * self.ascent(state)
        destination = np.clip(destination, -1.0, 1.0)  # (6a)
        share = min(1.0, rounds * self.settings.delta)
        way = share * (destination - state.positions)  # (6b)
        return np.clip(state.positions + way, -1.0, 1.0)

    def long_waypoints(
        self, state: ReferenceState, rounds: int, trust: Floats, coverage: float
    ) -> Floats:
        """Return the waypoints by the implicit rule, (N, 2) in metres.

        Equation by equation `bildsim.controllers.bild_macro.step_rule.ImplicitStep`.

        Args:
            state: what the robots hold.
            rounds: rounds a tick.
            trust: (N,) how far each robot trusts its estimate.
            coverage: share of the way to a waypoint that robots cover in a tick.
        """
        settings, positions = self.settings, state.positions
        if settings.metric == "wasserstein":
            matrices = (1.0 + settings.long_step) * self._metric(state)
        else:
            own = information(self.family, self._moments(state))
            matrices = self._projected(state.q + settings.long_step * own)
        goals = np.clip(positions - settings.long_step * self._ascent(state, matrices), -1.0, 1.0)
        far = min(1.0, rounds * settings.delta) * (goals - positions)
        length = np.linalg.norm(far, axis=1)
        share = (trust * length / (length + REST_M))[:, None]
        near = self.waypoints(state, rounds) - positions
        limit = np.maximum(length, REST_M)
        near *= (limit / np.maximum(limit, np.linalg.norm(near, axis=1)))[:, None]
        way = share * far / coverage + (1.0 - share) * near
        return np.asarray(np.clip(positions + way, -1.0, 1.0))


def _statistics(table: Floats) -> Floats:
    """Return a table by degrees, (N, kappa + 1, kappa + 1), as statistics, (N, m)."""
    return table.reshape(len(table), -1)[:, 1:]
