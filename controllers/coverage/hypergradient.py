"""The centralised hypergradient: what BILD-MACRO approximates."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve

from bildsim.arrays import Floats
from bildsim.traffic import Traffic
from controllers.planner import Observation, Problem, Report


@dataclass(frozen=True, eq=False)
class HypergradientState:
    """The last fit theta, (m,), and the number of robots."""

    theta: Floats
    robots: int


@dataclass(frozen=True, eq=False)
class Hypergradient:
    """Projected gradient descent of f(theta(x)) with the exact fit (arXiv 2604.11712, (11)).

    One computer knows every position, fits theta(x) exactly each tick and sends each robot along
    grad phi(x_i) H(theta)^-1 grad f(theta). It sends no messages between robots. O(m^3) a tick and
    O(m) a robot. Known failure: as BILD-MACRO's, clumps below the scale of the polynomials.

    Attributes:
        problem: target, family and the longest step.
        step: step size along the hypergradient a tick (m^2).
    """

    problem: Problem
    step: float = 2e-3

    def init(self, observation: Observation, rng: np.random.Generator) -> HypergradientState:
        """Return theta = 0, the uniform density, from which the first fit starts."""
        return HypergradientState(np.zeros(self.problem.family.size), len(observation.positions))

    def plan(
        self, state: HypergradientState, observation: Observation
    ) -> tuple[Floats, HypergradientState]:
        """Return waypoints, (N, 2) in metres, and the exact fit at the positions."""
        family, ridge = self.problem.family, self.problem.regularisation
        positions = observation.positions
        theta = family.fit(family.statistics(positions).mean(axis=0), ridge, state.theta)
        hessian = family.covariance(theta) + ridge * np.eye(family.size)
        z = solve(hessian, family.kl_gradient(theta, self.problem.log_target), assume_a="pos")
        move = -self.step * family.gradient(positions) @ z
        waypoints = np.clip(positions + move, -1.0, 1.0)
        return waypoints, HypergradientState(theta, state.robots)

    def report(self, state: HypergradientState) -> Report:
        """Return that no robot sent anything; only the computer has an estimate."""
        return Report(Traffic.none(state.robots))
