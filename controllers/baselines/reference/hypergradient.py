"""Centralised hypergradient descent with exact fits, which BILD-MACRO approximates."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import solve

from bildsim.basics.arrays import Floats
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited
from bildsim.network.traffic import Traffic


@dataclass(frozen=True, eq=False)
class HypergradientState:
    """What the computer remembers.

    Attributes:
        theta: (m,) the last fit.
        positions: (N, 2) where it was made (m).
        ascent: (N, 2) the hypergradient there (1/m); None before the first tick.
    """

    theta: Floats
    positions: Floats
    ascent: Floats | None


@dataclass(frozen=True, eq=False)
class Hypergradient:
    """Projected gradient descent of f(theta(x)) with the exact fit (arXiv 2604.11712, (11)).

    One computer knows every position, fits theta(x) exactly each tick and sends each robot along
    grad phi(x_i) H(theta)^-1 grad f(theta), N times the gradient. The paper's step is fixed; this
    ideal chooses its own from the last two ticks, as much as the curvature allows (the longer step
    of Barzilai and Borwein, Two-point step size gradient methods, IMA J. Numerical Analysis 8,
    1988): a fixed one that is calm at the end is slow on the way from a corner. No robot moves
    further than the longest step.

    A robot must know nothing, the computer everything; no message is counted. O(m^3) a tick and
    O(m) a robot. Known failure: as BILD-MACRO's, clumps below the scale of the polynomials; and
    f(theta(x)) is what ``kl_fit`` measures.

    Attributes:
        problem: target, family and the longest step.
        first_step: step size along the hypergradient in the first tick (m^2).
        least_step: the smallest step size later (m^2).
        largest_step: the largest (m^2), also taken where the curvature is not positive.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.ALL, count=True)

    problem: Problem
    first_step: float = 2e-3
    least_step: float = 1e-3
    largest_step: float = 0.05

    def init(self, observation: Observation, rng: np.random.Generator) -> HypergradientState:
        """Return theta = 0, the uniform density, from which the first fit starts."""
        theta = np.zeros(self.problem.family.size)
        return HypergradientState(theta, observation.positions.copy(), None)

    def plan(
        self, state: HypergradientState, observation: Observation
    ) -> tuple[Floats, HypergradientState]:
        """Return waypoints, (N, 2) in metres, and the exact fit at the positions."""
        positions = observation.positions
        theta, ascent = self._ascent(positions, state.theta)
        goals = positions - self._step(state, positions, ascent) * ascent
        waypoints = limited(positions, goals, self.problem.max_step)
        return waypoints, HypergradientState(theta, positions.copy(), ascent)

    def report(self, state: HypergradientState) -> Report:
        """Return that no robot sent anything; only the computer has an estimate."""
        return Report(Traffic.none(len(state.positions)))

    def _ascent(self, positions: Floats, start: Floats) -> tuple[Floats, Floats]:
        """Return the exact fit and N times the gradient of f(theta(x)), (N, 2)."""
        family, ridge = self.problem.family, self.problem.regularisation
        theta = family.fit(family.statistics(positions).mean(axis=0), ridge, start)
        # f depends on x through theta(x) alone; by the implicit function theorem its gradient takes
        # one solve with the fit's Hessian.
        hessian = family.covariance(theta) + ridge * np.eye(family.size)
        z = solve(hessian, family.kl_gradient(theta, self.problem.log_target), assume_a="pos")
        return theta, family.ascent(positions, np.broadcast_to(z, (len(positions), z.size)))

    def _step(self, state: HypergradientState, positions: Floats, ascent: Floats) -> float:
        """Return |dx|^2 / (dx . dg) within its bounds, dx and dg the changes since the last tick.

        Robots follow their waypoints only roughly; what they did is measured.
        """
        if state.ascent is None:
            return self.first_step
        moved, change = positions - state.positions, ascent - state.ascent
        # Above 0 where f is convex along the move.
        curvature = float(np.sum(moved * change))
        if curvature <= 0.0:
            return self.largest_step
        step = float(np.sum(moved * moved)) / curvature
        return min(max(step, self.least_step), self.largest_step)
