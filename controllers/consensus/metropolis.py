"""First-order dynamic average consensus with the network's own weights: exact without loss only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_rows
from bildsim.controllers.consensus.edge_sums import mix
from bildsim.network.directed_edges import FRESH, directed_edges
from bildsim.network.graph import Network
from bildsim.network.lossy_links import Arrivals, Sent


@dataclass(frozen=True, eq=False)
class TrackingState:
    """What the robots hold; arrays are replaced, never changed.

    Attributes:
        estimates: (N, k) each robot's estimate of the mean.
        inputs: (N, k) what it was made with.
        sent: messages under way, (N, k) each.
    """

    estimates: Floats
    inputs: Floats
    sent: Sent

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.inputs), self.estimates, *self.sent.history)


@dataclass(frozen=True)
class MetropolisTracking:
    """r_i <- sum_j a_ij r_j + u_i(k+1) - u_i(k), a robot that is not heard replaced by oneself.

    (8) and (9) of arXiv 2604.11712; Zhu and Martinez, Discrete-time dynamic average consensus,
    Automatica 46(2), 2010. With the laziness s the weights are (1 - s) a_ij.

    **The law**: the sum of the estimates is that of the inputs while every message arrives, on any
    sequence of networks; parts of a network that splits keep the sums they had, and all is well
    when they meet again. **Never forgotten**: a lost message breaks the columns' sums, so under
    loss, delay or rounding the estimates are biased for ever, and a robot that leaves takes along
    what it had of the sum. Memory: nothing an edge. A message: k numbers, the same to everyone.

    Attributes:
        laziness: s, the share of the weights that stays at home; in [0, 1).
    """

    laziness: float = 0.0

    def init(self, inputs: Floats, network: Network) -> TrackingState:
        """Return the state in which every robot takes its own input for the mean."""
        return TrackingState(inputs.copy(), inputs.copy(), Sent())

    def advance(
        self, state: TrackingState, inputs: Floats, network: Network, arrivals: Arrivals
    ) -> TrackingState:
        """Return the state after a round; see `bildsim.controllers.consensus.base.Consensus`."""
        received, sent = arrivals.taken(state.sent, state.estimates)
        mixed = lazily_mixed(network, self.laziness, arrivals, state.estimates, received)
        return TrackingState(mixed + (inputs - state.inputs), inputs.copy(), sent)

    def estimates(self, state: TrackingState) -> Floats:
        """Return each robot's estimate of the mean, (N, k)."""
        return state.estimates

    def change_members(self, state: TrackingState, origin: Ints, inputs: Floats) -> TrackingState:
        """Return the state when robots have left or joined; what joins starts from its input."""
        joins = (origin == FRESH)[:, None]
        estimates = np.where(joins, inputs, state.estimates[origin])
        before = np.where(joins, inputs, state.inputs[origin])
        history = tuple(np.where(joins, inputs, old[origin]) for old in state.sent.history)
        return TrackingState(estimates, before, Sent(history))

    def numbers_per_message(self, size: int) -> int:
        """Return k."""
        return size


def lazily_mixed(
    network: Network, laziness: float, arrivals: Arrivals, own: Floats, received: Floats
) -> Floats:
    """Return sum_j a_ij v_j with each robot's own value in place of what it does not hear.

    Args:
        network: the weights a_ij.
        laziness: s; what is mixed with is (1 - s) A + s I.
        arrivals: which messages arrive.
        own: (N, k) what each robot has now.
        received: (R, k) what `Arrivals.taken` gave.
    """
    edges = directed_edges(network)
    weights = (1.0 - laziness) * edges.weights
    sources, heard = arrivals.sources(edges), arrivals.heard
    if not arrivals.as_said:
        return mix(edges.indptr, sources, weights, heard, own, received)
    said = received[: edges.robots]
    return own + (mix(edges.indptr, sources, weights, heard, said, received) - said)
