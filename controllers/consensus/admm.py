"""ADMM consensus: whatever was lost, the estimates come to the mean of the inputs as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints, require_keys, require_rows
from bildsim.controllers.consensus.edge_sums import edge_sums
from bildsim.network.directed_edges import (
    FRESH,
    DirectedEdges,
    carried,
    directed_edges,
    origins,
    renumbered,
    same_edges,
)
from bildsim.network.graph import Network
from bildsim.network.kept_with_network import kept_with_network
from bildsim.network.lossy_links import Arrivals, Sent


@dataclass(frozen=True, eq=False)
class AdmmState:
    """What the robots hold; arrays are replaced, never changed.

    Attributes:
        estimates: (N, k) s_i.
        inputs: (N, k) u_i.
        keys: (E,) what the directed edges are known by (`bildsim.network.directed_edges`).
        penalties: (E,) rho_ij.
        auxiliary: (E, k) z_ij.
        sent: messages under way, (E, k) each.
    """

    estimates: Floats
    inputs: Floats
    keys: Ints
    penalties: Floats
    auxiliary: Floats
    sent: Sent

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.inputs), self.estimates)
        require_rows(len(self.keys), self.penalties, self.auxiliary, *self.sent.history)
        require_keys(self.keys, len(self.inputs))


@dataclass(frozen=True)
class AdmmConsensus:
    """Relaxed ADMM for min sum_i |s_i - u_i|^2 / 2 with s_i = s_j on every edge.

        s_i  = (u_i + sum_j z_ij) / (1 + sum_j rho_ij)
        m_ij = 2 rho_ij s_i - z_ij                           # to neighbour j
        z_ij <- (1 - a) z_ij + a m_ji                        # where m_ji arrives, else as it was

    Source: G. Carnevale, N. Bastianello, G. Notarstefano, R. Carli, ADMM-tracking gradient for
    distributed optimization over asynchronous and unreliable networks, IEEE Transactions on
    Automatic Control 70(8), 2025, with one rho for all. Here rho_ij = c / max(d_i, d_j), which a
    robot knows as it knows Metropolis weights: a fixed rho is slow where degrees are far from the
    one that it suits (``python -m benchmarks.consensus`` compares them).

    **The law**: where z rests, z_ij + z_ji = 2 rho_ij s_i = 2 rho_ij s_j, so the s_i of a connected
    part are equal and their sum is that of the inputs, whatever was before and whatever was lost.
    So it **forgets** lost, late and rounded-off messages, robots that died (their edges go) and
    splits: every part comes to its own mean, and to the common one when parts meet again. What it
    does not forgive is a link that for ever delivers one way only. Memory: 2 k numbers an edge, one
    z_ij at either end. A message: k numbers, to each neighbour others.

    Attributes:
        penalty: c; > 0.
        relaxation: a; in (0, 1].
        fixed: whether rho_ij is c itself, as in the source.
    """

    penalty: float = 6.0
    relaxation: float = 0.9
    fixed: bool = False

    def init(self, inputs: Floats, network: Network) -> AdmmState:
        """Return the state in which every robot takes its own input for the mean."""
        links = self._links(network)
        auxiliary = links.penalties[:, None] * inputs[links.edges.heads]
        return AdmmState(
            inputs.copy(), inputs.copy(), links.edges.keys, links.penalties, auxiliary, Sent()
        )

    def advance(
        self, state: AdmmState, inputs: Floats, network: Network, arrivals: Arrivals
    ) -> AdmmState:
        """Return the state after a round; see `bildsim.controllers.consensus.base.Consensus`."""
        links = self._links(network)
        edges = links.edges
        state = self._followed(state, links)
        # m_ij stands at edge (i, j), where i hears j: what j says to i is at the opposite edge.
        messages = 2.0 * links.penalties[:, None] * state.estimates[edges.heads] - state.auxiliary
        arriving, sent = arrivals.taken(state.sent, messages)
        # Where nothing arrives z_ij stays as it was.
        gain = np.where(arrivals.heard, self.relaxation, 0.0)[:, None]
        auxiliary = state.auxiliary + gain * (arriving[edges.reverse] - state.auxiliary)
        sums = edge_sums(edges.indptr, auxiliary)
        estimates = (inputs + sums) / links.total[:, None]
        return AdmmState(estimates, inputs.copy(), edges.keys, links.penalties, auxiliary, sent)

    def estimates(self, state: AdmmState) -> Floats:
        """Return each robot's estimate of the mean, (N, k)."""
        return state.estimates

    def change_members(self, state: AdmmState, origin: Ints, inputs: Floats) -> AdmmState:
        """Return the state when robots have left or joined; what joins starts from its input.

        The edges of those that left are dropped, and with them all that they ever said.
        """
        joins = (origin == FRESH)[:, None]
        keys, places = renumbered(state.keys, origin, len(state.inputs))
        penalties, auxiliary = state.penalties[places], state.auxiliary[places]
        estimates = np.where(joins, inputs, state.estimates[origin])
        before = np.where(joins, inputs, state.inputs[origin])
        estimates = _estimates(before, estimates, keys, penalties, auxiliary)
        history = tuple(old[places] for old in state.sent.history)
        return AdmmState(estimates, before, keys, penalties, auxiliary, Sent(history))

    def numbers_per_message(self, size: int) -> int:
        """Return k."""
        return size

    def _links(self, network: Network) -> _Penalised:
        return _penalised(network, self.penalty, self.fixed)

    def _followed(self, state: AdmmState, links: _Penalised) -> AdmmState:
        """Start new edges at z_ij = rho_ij s_i, drop old ones, and shift z_ij with rho_ij.

        Neither the first nor the last changes any s_i.
        """
        edges = links.edges
        if same_edges(edges.keys, state.keys):
            return state
        origin = origins(edges.keys, state.keys)
        # Of a new edge what is carried is zero, so its z_ij becomes rho_ij s_i.
        change = links.penalties - carried(state.penalties, origin)
        auxiliary = carried(state.auxiliary, origin)
        auxiliary += change[:, None] * state.estimates[edges.heads]
        history = tuple(carried(old, origin) for old in state.sent.history)
        estimates = _estimates(
            state.inputs, state.estimates, edges.keys, links.penalties, auxiliary
        )
        return AdmmState(
            estimates, state.inputs, edges.keys, links.penalties, auxiliary, Sent(history)
        )


class _Penalised(NamedTuple):
    """Directed edges with rho_ij, and 1 + sum_j rho_ij of each robot."""

    edges: DirectedEdges
    penalties: Floats
    total: Floats


@kept_with_network
def _penalised(network: Network, penalty: float, fixed: bool) -> _Penalised:
    edges = directed_edges(network)
    degree = network.degree
    larger = np.maximum(degree[edges.heads], degree[edges.tails])
    penalties = np.full(len(larger), penalty) if fixed else penalty / larger
    total = np.ones(edges.robots)
    np.add.at(total, edges.heads, penalties)
    return _Penalised(edges, penalties, total)


def _estimates(
    inputs: Floats, before: Floats, keys: Ints, penalties: Floats, auxiliary: Floats
) -> Floats:
    """Return s_i = (u_i + sum_j z_ij) / (1 + sum_j rho_ij), on whatever edges there are."""
    robots = len(inputs)
    heads = keys // robots
    sums = np.zeros_like(before)
    np.add.at(sums, heads, auxiliary)
    total = 1.0 + np.bincount(heads, penalties, minlength=robots)
    return np.asarray((inputs + sums) / total[:, None])
