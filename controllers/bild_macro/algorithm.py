"""BILD-MACRO: distributed bilevel hypergradient for macroscopic optimisation (Algorithm 1).

Source: R. Brumali, G. Carnevale, S. Martinez, G. Notarstefano, "A Distributed Bilevel Framework
for the Macroscopic Optimization of Multi-Agent Systems", arXiv 2604.11712. Equation numbers below
are the paper's. Two readings are ours: (12) and (13) carry a minus sign that would climb, the
hypergradient is +grad phi(x_i) H^-1 grad f / N; and integrals use trapezoid weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro import kernels as macro_kernels
from bildsim.controllers.bild_macro.kernels import Fields, Links
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.solvers import direct as direct_solve
from bildsim.controllers.bild_macro.solvers.iterative import SOLVES
from bildsim.controllers.bild_macro.solvers.own_curvature import own_curvature_solve
from bildsim.controllers.bild_macro.solvers.projected import projected_solve
from bildsim.density.information_matrix import metric, packed_information
from bildsim.density.kernels import Evaluation
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network
from bildsim.network.kept_with_network import kept_with_network
from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.threads import over_robots

_DIVERGED = 1e8
_START = 1e3
_NOTHING = np.empty((0, 0))


@dataclass(frozen=True, eq=False)
class MacroState:
    """What the N robots hold between rounds; its arrays are replaced, never changed.

    Attributes:
        positions: (N, 2) x_i (m).
        statistics: (N, m) phi(x_i).
        fields: y_i, r_i, packed q_i, and what a robot keeps of the density p(.; y_i).
        gradient: (N, m) grad f(y_i) for ``log_target``.
        log_target: (G, G) the ln p* of ``gradient``.
        rounds: communication rounds done so far.
        z: (N, m) the last z_i, from which an iterative solve starts; (N, 0) where solves are exact.
    """

    positions: Floats
    statistics: Floats
    fields: Fields
    gradient: Floats
    log_target: Floats
    rounds: int
    z: Floats


@dataclass(frozen=True, eq=False)
class Hypergradient:
    """Each robot's own estimate of N times the gradient of f(theta(x)) in x_i.

    Attributes:
        gradient: (N, m) grad f(y_i).
        z: (N, m) solution of P_{>= w}[q_i] z_i = grad f(y_i) (Remark 3), or of the same with the
            Wasserstein metric in place of the Hessian.
        ascent: (N, 2) grad phi(x_i) z_i (1/m).
        projected: (N,) whether P_{>= w} changed q_i, as far as the solve can tell.
    """

    gradient: Floats
    z: Floats
    ascent: Floats
    projected: Bools


@kept_with_network
def lazy_links(network: Network, laziness: float) -> Links:
    """Return the weights (1 - s) A + s I."""
    rows = np.repeat(np.arange(len(network.degree)), np.diff(network.indptr))
    weights = (1.0 - laziness) * network.weights + laziness * (network.indices == rows)
    return Links(network.indptr, network.indices, weights)


@dataclass(frozen=True, eq=False)
class BildMacro:
    """Algorithm 1 for all robots at once.

    Every robot's row depends on its own row and its neighbours' alone; arrays over all robots are
    only for speed.

    Attributes:
        family: the density family.
        log_target: (G, G) ln p* on the family's grid.
        settings: step sizes and the rest.
    """

    family: LegendreFamily
    log_target: Floats
    settings: MacroSettings = field(default_factory=MacroSettings)

    @property
    def numbers_per_message(self) -> int:
        """Numbers a robot sends each neighbour a round: y_i, r_i, and q_i's triangle if tracked."""
        tracked = self.family.packed_size if self.settings.tracks_hessian else 0
        return 2 * self.family.size + tracked

    @property
    def _iterates(self) -> bool:
        return self.settings.solver != "exact"

    def init(self, positions: Floats, y: Floats) -> MacroState:
        """Start as Theorem 1 asks: r_i = grad_2 g_i(x_i, y_i) and q_i = H(y_i).

        Args:
            positions: (N, 2) x_i^0 (m).
            y: (N, m) y_i^0.
        """
        family, ridge = self.family, self.settings.regularisation
        found = family.evaluate(y, self.log_target, moments=True)
        statistics = family.statistics(positions)
        slope = found.mean - statistics + ridge * y
        q, norm = self._first_hessian(found.covariance)
        fields = Fields(y.copy(), slope, q, slope, found.moments, norm)
        start = np.zeros((len(y), family.size if self._iterates else 0))
        return MacroState(
            positions.copy(), statistics, fields, found.gradient, self.log_target, 0, start
        )

    def advance(
        self,
        state: MacroState,
        positions: Floats,
        network: Network,
        rounds: int = 1,
        descent: Floats | None = None,
    ) -> MacroState:
        """Do ``rounds`` rounds of (7), (8) and (9).

        The first round takes the robots to x_i^{k+1} = ``positions``, where they really are:
        phi(x_i) in (8) is what happened, not what was asked for. Later rounds keep them there.

        Args:
            state: the state after the last round.
            positions: (N, 2) measured positions (m).
            network: the weights a_ij.
            rounds: how many rounds; with 0 nothing happens, not even the move.
            descent: (N, m) what the first round takes in place of `descent`.

        Raises:
            RunError: an estimate diverged; the sentence names the round and the robot.
        """
        if rounds == 0:
            return state
        statistics = self.family.statistics(positions)
        links = lazy_links(network, self.settings.laziness)
        fields, gradient = state.fields, np.empty_like(state.gradient)
        # Rounds write into two sets of arrays by turns: those of ``state`` stay what they are.
        room, spare = self._room(fields), self._room(fields) if rounds > 1 else fields
        for done in range(state.rounds, state.rounds + rounds):
            move = self.step(fields, done), fields.r
            if descent is not None and done == state.rounds:
                move = np.ones(len(descent)), descent
            # grad f is asked for where it is used, before a move: after the last round alone.
            last = done == state.rounds + rounds - 1
            target = self.log_target if last else _NOTHING
            self._round(fields, room, links, statistics, move, target, gradient)
            self.check(room.y, done + 1)
            fields, room, spare = room, spare, room
        done = state.rounds + rounds
        return MacroState(
            positions.copy(), statistics, fields, gradient, self.log_target, done, state.z
        )

    def hypergradient(self, state: MacroState) -> Hypergradient:
        """Return every robot's hypergradient at its own x_i, y_i, q_i."""
        gradient = self._gradient(state)
        projected = np.zeros(len(gradient), dtype=np.bool_)
        if self.settings.metric == "wasserstein":
            z = self._wasserstein_solve(state.fields.moments, gradient)
        elif self.settings.tracks_hessian:
            z, projected = self._projected_solve(state.fields.q, gradient, state.z)
        else:
            z = self.own_solve(state, gradient[None], start=state.z)[0]
        ascent = self.family.ascent(state.positions, z)
        return Hypergradient(gradient, z, ascent, projected)

    def remember(self, state: MacroState, hypergradient: Hypergradient) -> MacroState:
        """Return the state with z_i of its hypergradient, from which the next solve starts.

        Between two solves z_i rests, whatever the number of rounds: only the solve before a move
        counts, and conjugate directions of one q_i would be of no use for the next.
        """
        return replace(state, z=hypergradient.z) if self._iterates else state

    def _gradient(self, state: MacroState) -> Floats:
        # The last round found it on its way, unless the target has moved since.
        if state.log_target is self.log_target:
            return state.gradient
        return self.family.evaluate(state.fields.y, self.log_target).gradient

    def destinations(self, state: MacroState, hypergradient: Hypergradient) -> Floats:
        """Return x~_i = P_C[x_i - gamma_x grad phi(x_i) z_i] (6a), shape (N, 2), m."""
        step = self.settings.gamma_x * hypergradient.ascent
        return np.clip(state.positions - step, -1.0, 1.0)

    def waypoints(self, state: MacroState, hypergradient: Hypergradient, rounds: int = 1) -> Floats:
        """Return x_i + delta (x~_i - x_i) (6b), shape (N, 2), m.

        With several rounds a control tick the waypoint is where as many steps of (6b) would lead
        if x~_i - x_i stayed what it is.
        """
        share = min(1.0, rounds * self.settings.delta)
        way = self.destinations(state, hypergradient) - state.positions
        return np.clip(state.positions + share * way, -1.0, 1.0)

    def descent(self, old: Fields, done: int) -> Floats:
        """Return gamma_i r_i, what (7) takes from the mean of the neighbours' y_j, (N, m)."""
        return np.asarray(self.step(old, done)[:, None] * old.r)

    def step(self, old: Fields, done: int) -> Floats:
        """Return gamma_i of (7) after so many rounds, (N,)."""
        settings = self.settings
        if done < settings.warmup_rounds:
            return np.zeros(len(old.norm))
        # A robot's own bound keeps its step stable whatever the network: see MacroSettings.
        return np.minimum(settings.gamma_y, settings.curvature_limit / old.norm)

    @staticmethod
    def _room(fields: Fields) -> Fields:
        """Return arrays of the same shapes, for what robots will hold."""
        return Fields(*(aligned_empty(*field.shape) for field in fields))

    def _round(
        self,
        old: Fields,
        new: Fields,
        links: Links,
        statistics: Floats,
        move: tuple[Floats, Floats],
        log_target: Floats,
        gradient: Floats,
    ) -> None:
        scalars, mean = np.empty((2, len(statistics))), np.empty_like(statistics)
        over_robots(
            len(statistics),
            macro_kernels.round_pass,
            links,
            old,
            new,
            statistics,
            *move,
            self.settings.regularisation,
            log_target,
            Evaluation(scalars[0], mean, new.moments, _NOTHING, scalars[1], gradient),
            self.family.tables,
        )

    def _first_hessian(self, covariance: Floats) -> tuple[Floats, Floats]:
        """Return q_i = H(y_i), packed, of no length where nobody asks for it; and the norms."""
        diagonal = self.family.packed_diagonal
        q = aligned_empty(*covariance.shape)
        q[:] = covariance
        q[:, diagonal] += self.settings.regularisation
        # |H|_F^2 from the triangle: what is off the diagonal counts twice.
        squares = 2.0 * np.sum(q**2, axis=1) - np.sum(q[:, diagonal] ** 2, axis=1)
        return q if self.settings.tracks_hessian else aligned_empty(len(q), 0), np.sqrt(squares)

    def solve(self, matrices: Floats, vectors: Floats) -> Floats:
        """Return P_{>= w}[A_i]^-1 v_i by the settings' solver, (N, m).

        Args:
            matrices: (N, m (m + 1) / 2) packed upper triangles of A_i.
            vectors: (N, m) v_i.
        """
        return self._projected_solve(matrices, vectors, np.zeros_like(vectors))[0]

    def own_solve(
        self, state: MacroState, vectors: Floats, long_step: float = 0.0, start: Floats = _NOTHING
    ) -> Floats:
        """Return (H(y_i) + gamma M(y_i))^-1 v_i by the settings' solver, (K, N, m).

        Args:
            state: what the robots hold; each uses its own density alone.
            vectors: (K, N, m) K right-hand sides a robot.
            long_step: gamma.
            start: (N, m) where an iterative solver starts; zero if not given.
        """
        floor, moments = self.settings.regularisation, state.fields.moments
        if not self._iterates:
            return own_curvature_solve(self.family, moments, floor, vectors, long_step)
        matrices = self.family.evaluate(state.fields.y).covariance
        matrices[:, self.family.packed_diagonal] += floor
        if long_step > 0.0:
            matrices += long_step * packed_information(self.family, moments)
        start = start if len(start) else np.zeros_like(vectors[0])
        return np.stack([self._projected_solve(matrices, v, start)[0] for v in vectors])

    def _projected_solve(
        self, matrices: Floats, vectors: Floats, start: Floats
    ) -> tuple[Floats, Bools]:
        floor = self.settings.regularisation
        if self._iterates:
            solve, iterations = SOLVES[self.settings.solver], self.settings.solver_iterations
            z, solved = solve(self.family.unpack(matrices), vectors, floor, iterations, start)
        else:
            z, solved = np.empty_like(vectors), np.empty(len(vectors), dtype=np.bool_)
            over_robots(len(z), direct_solve.direction_pass, matrices, vectors, floor, z, solved)
        # The few with an eigenvalue below w, or of whom an iteration saw that they have.
        rest = np.flatnonzero(~solved)
        if len(rest):
            z[rest] = projected_solve(self.family.unpack(matrices[rest]), vectors[rest], floor)
        return z, ~solved

    def _wasserstein_solve(self, moments: Floats, gradient: Floats) -> Floats:
        """Solve (M(y_i) + e I) z_i = grad f(y_i), e the ridge times the mean eigenvalue of M."""
        matrix = metric(self.family, moments, self.settings.metric_ridge)
        return np.asarray(np.linalg.solve(matrix, gradient[:, :, None])[:, :, 0])

    def check(self, y: Floats, round_number: int) -> None:
        """Stop a run whose y_i have left any place where a solution can be.

        Raises:
            RunError: the sentence names the round and the robot.
        """
        # At any solution of (5) w y = s - E[phi], both of which lie in [-1, 1]; a start may not.
        limit = min(_START + 2.0 / self.settings.regularisation, _DIVERGED)
        # NaN is neither above nor below, and the largest of numbers among which it is.
        if not max(y.max(), -y.min()) < limit:
            size = np.abs(y).max(axis=1)
            robot = int(np.argmin(size < limit))
            raise RunError(
                "the estimator lost stability in round {0}: y of robot {1} reached {2}, so "
                "{gamma_y} or {curvature_limit} must be smaller",
                round_number,
                robot,
                f"{size[robot]:.1e}",
                gamma_y=True,
                curvature_limit=True,
            )
