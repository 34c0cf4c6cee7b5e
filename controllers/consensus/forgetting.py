"""A consensus that forgets, of one broadcast a robot and round."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_rows
from bildsim.controllers.consensus import forgetting_kernels as kernels
from bildsim.controllers.consensus.edge_sums import edge_sums
from bildsim.network.directed_edges import FRESH, DirectedEdges, directed_edges
from bildsim.network.graph import Network
from bildsim.network.kept_with_network import kept_with_network
from bildsim.network.link_settings import DOUBLE
from bildsim.network.lossy_links import Arrivals, Sent
from bildsim.network.message_quantisation import as_floats, rounded
from bildsim.numerics.threads import over_robots


@dataclass(frozen=True, eq=False)
class ForgettingState:
    """What the robots hold; arrays are replaced, never changed.

    Attributes:
        estimates: (N, k) s_i.
        inputs: (N, k) u_i.
        duals: (N, k) p_i, what a robot's neighbours were apart from it, summed up.
        sent: messages under way, (N, k) each.
        waited: rounds since the estimates were renewed, where messages are late.
    """

    estimates: Floats
    inputs: Floats
    duals: Floats
    sent: Sent
    waited: int = 0

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.inputs), self.estimates, self.duals, *self.sent.history)


@dataclass(frozen=True)
class ForgettingConsensus:
    """Decentralised ADMM by broadcasts, whose duals leak.

        p_i <- (1 - e) p_i - sum_heard rho_ij (s_j - s_i)
        s_i <- (u_i - p_i + sum_j rho_ij (s_i + s_j)) / (1 + 2 sum_j rho_ij)    # old s on the right

    with s_i in place of an s_j that was not heard, and rho_ij = c / max(d_i, d_j), which a robot
    knows as it knows Metropolis weights. Without the leak this is the decentralised consensus ADMM
    of W. Shi, Q. Ling, K. Yuan, G. Wu and W. Yin, On the linear convergence of the ADMM in
    decentralized consensus optimization, IEEE Transactions on Signal Processing 62(7), 2014, for
    min sum_i |s_i - u_i|^2 / 2: the p_i add up to zero, so do the s_i - u_i where s rests, and
    whatever spoils that sum, a lost message or an edge that goes while the robots at its ends
    differ, biases the estimates for ever.

    **The law**: where s rests, e p_i = -sum_j rho_ij (s_j - s_i), so the p_i add up to zero again
    whatever was before, and the s_i of a connected part have the mean of its u_i. In between,
    s_i - mean(u) is of the order of e: the leak lets every estimate lean to its own input. So it
    **forgets** lost messages, robots that died, and splits, by half in ln(2) / e rounds, and links
    that deliver one way only leave an error no larger than it makes in so many rounds. Memory: k
    numbers a robot beside its estimate, nothing an edge. A message: k numbers, the same to all, so
    one broadcast a round does for all neighbours.

    Where messages are d rounds late, robots renew their estimates every d + 1 rounds, when what the
    others held since they last did has come: the same iteration, so many times slower. With what is
    older than one's own estimate the duals, which add up what is apart, would swing ever wider.

    Attributes:
        penalty: c; > 0.
        leak: e, a round; in [0, 1).
        number_bits: bits of the floating-point numbers in messages: 16, 32 or 64.
    """

    penalty: float = 6.0
    leak: float = 1e-3
    number_bits: int = DOUBLE

    def init(self, inputs: Floats, network: Network) -> ForgettingState:
        """Return the state in which every robot takes its own input for the mean."""
        return ForgettingState(inputs.copy(), inputs.copy(), np.zeros_like(inputs), Sent())

    def advance(
        self, state: ForgettingState, inputs: Floats, network: Network, arrivals: Arrivals
    ) -> ForgettingState:
        """Return the state after a round; see `bildsim.controllers.consensus.base.Consensus`."""
        weighted = _weighted(network, self.penalty)
        edges, own = weighted.edges, state.estimates
        message = rounded(as_floats(own, self.number_bits), arrivals.bits)
        arriving, sent = state.sent.and_now(message, arrivals.delay)
        if state.waited < arrivals.delay:
            return replace(state, inputs=inputs.copy(), sent=sent, waited=state.waited + 1)
        duals, estimates = state.duals.copy(), np.empty_like(own)
        if not len(arriving) == len(inputs) == len(own) == edges.robots:
            raise ValueError(f"{len(own)} robots on a network of {edges.robots}")
        over_robots(
            len(own),
            kernels.round_pass,
            edges.indptr,
            edges.tails,
            arrivals.heard,
            weighted.penalties,
            weighted.total,
            arriving,
            inputs,
            own,
            1.0 - self.leak,
            duals,
            estimates,
        )
        return ForgettingState(estimates, inputs.copy(), duals, sent)

    def estimates(self, state: ForgettingState) -> Floats:
        """Return each robot's estimate of the mean, (N, k)."""
        return state.estimates

    def change_members(
        self, state: ForgettingState, origin: Ints, inputs: Floats
    ) -> ForgettingState:
        """Return the state when robots have left or joined; what joins starts from its input."""
        joins = (origin == FRESH)[:, None]
        return ForgettingState(
            np.where(joins, inputs, state.estimates[origin]),
            np.where(joins, inputs, state.inputs[origin]),
            np.where(joins, 0.0, state.duals[origin]),
            Sent(tuple(np.where(joins, inputs, old[origin]) for old in state.sent.history)),
            state.waited,
        )

    def numbers_per_message(self, size: int) -> int:
        """Return k."""
        return size


@dataclass(frozen=True, eq=False)
class _Weighted:
    """Directed edges with rho_ij, and sum_j rho_ij of each robot."""

    edges: DirectedEdges
    penalties: Floats
    total: Floats


@kept_with_network
def _weighted(network: Network, penalty: float) -> _Weighted:
    edges = directed_edges(network)
    degree = network.degree
    penalties = penalty / np.maximum(degree[edges.heads], degree[edges.tails])
    return _Weighted(edges, penalties, edge_sums(edges.indptr, penalties))
