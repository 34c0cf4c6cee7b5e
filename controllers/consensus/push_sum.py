"""Push-sum with running sums: no message is ever lost for good, only late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_keys, require_rows
from bildsim.controllers.consensus.edge_sums import edge_sums
from bildsim.network.directed_edges import (
    FRESH,
    carried,
    directed_edges,
    origins,
    renumbered,
    same_edges,
)
from bildsim.network.graph import Network
from bildsim.network.lossy_links import Arrivals, Sent


@dataclass(frozen=True, eq=False)
class PushSumState:
    """What the robots hold; arrays are replaced, never changed.

    The last column of every array is the weight, which starts at 1 and is shared out like the rest.

    Attributes:
        mass: (N, k + 1) what each robot has of the sum of the inputs, and its weight.
        inputs: (N, k) u_i.
        keys: (E,) what the directed edges are known by (`bildsim.network.directed_edges`).
        out: (E, k + 1) running sums at the sender: at edge (i, j) all that i sent to j.
        heard: (E, k + 1) at edge (i, j) the running sum that i last heard from j.
        parked_keys: (P,) edges (j, i) that are gone while something from j was under way to i.
        parked: (P, k + 1) what it was: it arrives when the edge is back.
        sent: messages under way, (E, k + 1) each.
    """

    mass: Floats
    inputs: Floats
    keys: Ints
    out: Floats
    heard: Floats
    parked_keys: Ints
    parked: Floats
    sent: Sent

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.inputs), self.mass)
        require_rows(len(self.keys), self.out, self.heard, *self.sent.history)
        require_rows(len(self.parked_keys), self.parked)
        for keys in (self.keys, self.parked_keys):
            require_keys(keys, len(self.inputs))


@dataclass(frozen=True)
class PushSum:
    """Ratio consensus in which a message says all that was ever sent over its edge.

    Every robot holds a mass of the inputs' sum and a weight. Each round it gives each neighbour the
    share a_ij of both, by telling the running sum of all that it gave it so far; who hears it takes
    what the sum has grown by since it last heard. The estimate is mass over weight. Changes of a
    robot's input are added to its mass.

    Source: N. Bof, R. Carli, G. Notarstefano, L. Schenato, D. Varagnolo, Newton-Raphson consensus
    under asynchronous and lossy communications, arXiv 1707.09178, whose shares are 1 / (1 + d_i).
    Here they are the network's lazy weights (1 - s) a_ij, with which the weights stay 1 without
    loss, so that this is Metropolis tracking then; with 1 / (1 + d_i) the weights of robots with
    few neighbours are small, and changes of their inputs too large for the learning of y.

    **The law**: masses, what is under way and what waits on edges that are gone add up to the sum
    of the inputs, and the weights to N, whatever is lost or late. So it **forgets** lost and late
    messages; what a vanished edge had under way arrives when it is back. It does **not forget** a
    robot that left, which takes its mass along, and parts of a split keep the sums they had, until
    they meet again. Robots that tell everything and hear nothing for long have next to no weight,
    and tiny errors weigh much there. Memory: 4 (k + 1) numbers an edge. A message: k + 1 numbers,
    to each neighbour others; they must be doubles, for running sums grow.

    Attributes:
        laziness: s, the share of the weights that stays at home; in [0, 1).
    """

    laziness: float = 0.5

    def init(self, inputs: Floats, network: Network) -> PushSumState:
        """Return the state in which every robot takes its own input for the mean."""
        keys, width = directed_edges(network).keys, inputs.shape[1] + 1
        nothing = np.zeros((len(keys), width))
        nobody = np.zeros(0, dtype=np.int64)
        return PushSumState(
            _weighed(inputs),
            inputs.copy(),
            keys,
            nothing,
            nothing,
            nobody,
            np.zeros((0, width)),
            Sent(),
        )

    def advance(
        self, state: PushSumState, inputs: Floats, network: Network, arrivals: Arrivals
    ) -> PushSumState:
        """Return the state after a round; see `bildsim.controllers.consensus.base.Consensus`."""
        edges = directed_edges(network)
        state = _followed(state, edges.keys)
        # Push a share of one's mass onto each edge's running sum, and keep the rest ...
        weights = (1.0 - self.laziness) * edges.weights
        out = state.out + weights[:, None] * state.mass[edges.heads]
        mass = (1.0 - edge_sums(edges.indptr, weights))[:, None] * state.mass
        arriving, sent = state.sent.and_now(out, arrivals.delay)
        # ... and take from each edge by how much the sum has grown since one last heard it.
        heard = np.where(arrivals.heard[:, None], arriving[edges.reverse], state.heard)
        mass += edge_sums(edges.indptr, heard - state.heard)
        mass[:, :-1] += inputs - state.inputs
        return PushSumState(
            mass, inputs.copy(), edges.keys, out, heard, state.parked_keys, state.parked, sent
        )

    def estimates(self, state: PushSumState) -> Floats:
        """Return each robot's estimate of the mean, (N, k)."""
        return np.asarray(state.mass[:, :-1] / state.mass[:, -1:])

    def change_members(self, state: PushSumState, origin: Ints, inputs: Floats) -> PushSumState:
        """Return the state when robots have left or joined; what joins starts from its input."""
        joins = (origin == FRESH)[:, None]
        mass = np.where(joins, _weighed(inputs), state.mass[origin])
        before = np.where(joins, inputs, state.inputs[origin])
        keys, places = renumbered(state.keys, origin, len(state.inputs))
        parked_keys, rows = renumbered(state.parked_keys, origin, len(state.inputs))
        history = tuple(old[places] for old in state.sent.history)
        return PushSumState(
            mass,
            before,
            keys,
            state.out[places],
            state.heard[places],
            parked_keys,
            state.parked[rows],
            Sent(history),
        )

    def numbers_per_message(self, size: int) -> int:
        """Return k + 1: the weight travels along."""
        return size + 1


def under_way(state: PushSumState) -> Floats:
    """Return what left its sender and has not arrived, over all edges, gone ones too: (k + 1,)."""
    return np.asarray(state.out.sum(axis=0) - state.heard.sum(axis=0) + state.parked.sum(axis=0))


def _weighed(inputs: Floats) -> Floats:
    return np.column_stack([inputs, np.ones(len(inputs))])


def _followed(state: PushSumState, keys: Ints) -> PushSumState:
    """Follow the network: park what is under way on edges that are gone, take up what is back."""
    if same_edges(keys, state.keys):
        return state
    robots = len(state.inputs)
    lost = _under_way_by_sender(state, robots)
    all_keys = np.concatenate([state.keys, state.parked_keys])
    everything = np.concatenate([lost, state.parked])
    kept, back = origins(keys, state.keys), origins(keys, state.parked_keys)
    # An edge that is back begins with what had been under way when it went: heard is zero there.
    out = carried(state.out, kept) + carried(state.parked, back)
    waits = ~np.isin(all_keys, keys) & (everything != 0.0).any(axis=1)
    order = np.flatnonzero(waits)[np.argsort(all_keys[waits])]
    return PushSumState(
        state.mass,
        state.inputs,
        keys,
        out,
        carried(state.heard, kept),
        all_keys[order],
        everything[order],
        Sent(tuple(carried(old, kept) for old in state.sent.history)),
    )


def _under_way_by_sender(state: PushSumState, robots: int) -> Floats:
    """Return at edge (i, j) what i sent to j and j has not heard, (E, k + 1)."""
    heads, tails = np.divmod(state.keys, robots)
    opposite = origins(tails * robots + heads, state.keys)
    return state.out - state.heard[opposite]
