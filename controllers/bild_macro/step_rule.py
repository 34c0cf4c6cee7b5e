"""How far a robot goes in a tick: the paper's fixed step, or a long one while the way is long.

One fixed gamma_x is either unstable or slow: near the target a tick moves the error of a moment by
the share n delta gamma_x l of it, l an eigenvalue of M H^-1, and these go from 3 to 546 for a
uniform swarm of order 6. A step of backward Euler, x_i - gamma grad phi(x_i) (q_i + gamma M_i)^-1
grad f(y_i), moves it by n delta gamma l / (1 + gamma l), below n delta for any gamma: every robot
limits the gain of the loop by its own M(y_i) and q_i.
"""

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.algorithm import BildMacro, Hypergradient, MacroState
from bildsim.density.information_matrix import packed_information

REST_M = 1e-3
"""Way of a tick below which a robot comes to rest: more than half of it is then the fixed step's
(m)."""


@dataclass(frozen=True, eq=False)
class ImplicitStep:
    """Long steps far from the target, which settle to the paper's as the robots come to rest.

        u_i = n delta gamma_x grad phi(x_i) z_i                       (6), as the paper has it
        v_i = n delta (x_i - P_C[x_i - gamma grad phi(x_i) (G_i + gamma M_i)^-1 grad f(y_i)])
        s_i = t_i |v_i| / (|v_i| + REST_M)
        u_i is cut to the length max(|v_i|, REST_M)
        waypoint = P_C[x_i - s_i v_i / c - (1 - s_i) u_i]

    with n rounds a tick, gamma the long step, G_i the metric (P_{>= w}[q_i], or M_i with its ridge
    for the Wasserstein metric), t_i how far the robot trusts its estimate and c the share of the
    way to a waypoint that it covers in a tick. Each robot needs what it has. At rest s_i is 0 and
    nothing is cut, so what Theorem 1 says near a stationary point it says of this step with
    gamma_x. The cut is for robots whose estimate has run away, as where a graph splits: there q_i
    has next to no curvature in some directions, and u_i no bound but the arena.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        rounds: n.
        coverage: c, in (0, 1].
    """

    algorithm: BildMacro
    rounds: int
    coverage: float

    def waypoints(self, state: MacroState, found: Hypergradient, trust: Floats) -> Floats:
        """Return the waypoints, (N, 2) in metres.

        Args:
            state: what the robots hold.
            found: their hypergradients.
            trust: (N,) how far each trusts its estimate, from 0 to 1.
        """
        algorithm, positions = self.algorithm, state.positions
        near = algorithm.waypoints(state, found, self.rounds) - positions
        direction = self._long_direction(state, found)
        if len(direction) < len(positions):
            # A planner that knows theta(x) has one y, and so one direction, for all robots.
            direction = np.tile(direction, (len(positions), 1))
        ascent = algorithm.family.ascent(positions, direction)
        goals = np.clip(positions - algorithm.settings.long_step * ascent, -1.0, 1.0)
        far = min(1.0, self.rounds * algorithm.settings.delta) * (goals - positions)
        length = np.hypot(far[:, 0], far[:, 1])
        share = (trust * length / (length + REST_M))[:, None]
        near *= cut(near, np.maximum(length, REST_M))
        way = share * far / self.coverage + (1.0 - share) * near
        return np.clip(positions + way, -1.0, 1.0)

    def _long_direction(self, state: MacroState, found: Hypergradient) -> Floats:
        """Return (G_i + gamma M_i)^-1 grad f(y_i), (N, m)."""
        algorithm, long = self.algorithm, self.algorithm.settings.long_step
        if algorithm.settings.metric == "wasserstein":
            return found.z / (1.0 + long)
        if not algorithm.settings.tracks_hessian:
            return np.asarray(algorithm.own_solve(state, found.gradient[None], long)[0])
        matrix = long * packed_information(algorithm.family, state.fields.moments)
        return algorithm.solve(state.fields.q + matrix, found.gradient)


def cut(ways: Floats, limits: Floats) -> Floats:
    """Return by what ways are to be multiplied so that none is longer than its limit, (N, 1)."""
    length = np.hypot(ways[:, 0], ways[:, 1])
    return np.asarray((limits / np.maximum(length, limits))[:, None])
