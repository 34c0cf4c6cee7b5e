"""A consensus that forgets, of one broadcast a robot and round."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints, require_keys, require_rows
from bildsim.controllers.consensus import forgetting_kernels as kernels
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
from bildsim.network.link_settings import DOUBLE
from bildsim.network.lossy_links import Arrivals, Sent
from bildsim.network.message_quantisation import as_floats
from bildsim.numerics.threads import over_robots


@dataclass(frozen=True, eq=False)
class ForgettingState:
    """What the robots hold; arrays are replaced, never changed.

    Attributes:
        estimates: (N, k) s_i.
        inputs: (N, k) u_i.
        keys: (E,) what the directed edges are known by (`bildsim.network.directed_edges`).
        duals: (E, k) p_ij, how far a robot was apart from each neighbour, summed up; as they were
            ``unsettled`` rounds ago.
        said: (N, k) what the robots have said since, older rounds less by the leak.
        unsettled: rounds in which the duals were left alone; see `ForgettingConsensus`.
        totals: (N, k) sum_j p_ij, as they are.
        fading: (N, k) r_i, what is left of the duals of edges that are gone.
        sent: messages under way, (N, k) each.
        waited: rounds since the estimates were renewed, where messages are late.
    """

    estimates: Floats
    inputs: Floats
    keys: Ints
    duals: Floats
    said: Floats
    totals: Floats
    fading: Floats
    sent: Sent
    unsettled: int = 0
    waited: int = 0

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        robots = (self.estimates, self.said, self.totals, self.fading, *self.sent.history)
        require_rows(len(self.inputs), *robots)
        require_rows(len(self.keys), self.duals)
        require_keys(self.keys, len(self.inputs))


@dataclass(frozen=True)
class ForgettingConsensus:
    """Decentralised ADMM by broadcasts, whose duals belong to edges and go with them.

        p_ij <- (1 - e) p_ij - rho_ij (s_j - s_i)        # where s_j was heard; else the leak alone
        r_i  <- (1 - f) r_i + sum_gone p_ij              # edges that are gone; they have no p then
        s_i  <- (u_i - r_i - sum_j p_ij + sum_j rho_ij (s_i + s_j)) / (1 + 2 sum_j rho_ij)

    with the old s on the right, s_i in place of an s_j that was not heard, and rho_ij = c /
    max(d_i, d_j), which a robot knows as it knows Metropolis weights. With one dual a robot,
    sum_j p_ij, and without leaks this is the decentralised consensus ADMM of W. Shi, Q. Ling,
    K. Yuan, G. Wu and W. Yin, On the linear convergence of the ADMM in decentralized consensus
    optimization, IEEE Transactions on Signal Processing 62(7), 2014, for min sum_i |s_i - u_i|^2 /
    2: p_ij = -p_ji where both hear each other, so the s_i - u_i add up to zero where s rests. One
    dual a robot keeps for ever what it holds against robots that are gone; a leak large enough to
    forget them lets estimates lean to their own side wherever few links join two parts.

    **The law**: where s rests and f > 0, r = 0 and e p_ij = -rho_ij (s_j - s_i), so the s_i of a
    connected part have the mean of its u_i, whatever was before, and s_i - mean(u) is of the order
    of e. So it **forgets**: robots that died, newcomers and splits by half in ln(2) / f rounds, for
    r alone holds anything of them, and the two ends of an edge let go of it alike, so their sum is
    zero meanwhile (dropped at once, their duals would jerk the estimates of robots whose links come
    and go); messages that one end alone heard by half in ln(2) / e rounds, or with their edge.
    Memory: k numbers an edge. A message: k numbers, the same to all, so one broadcast a round does
    for all neighbours.

    While everything is heard over the same edges, the p_ij follow from what was said: only their
    sums are kept up, and they themselves are settled when an edge goes or a message is lost. So a
    round costs what it would with one dual a robot.

    Where messages are d rounds late, robots renew their estimates every d + 1 rounds, when what the
    others held since they last did has come: the same iteration, so many times slower. With what is
    older than one's own estimate the duals, which add up what is apart, would swing ever wider.

    Attributes:
        penalty: c; > 0.
        leak: e, a round; in [0, 1).
        fade: f, a round; in (0, 1].
        number_bits: bits of the floating-point numbers in messages: 16, 32 or 64.
    """

    penalty: float = 6.0
    leak: float = 1e-4
    fade: float = 5e-2
    number_bits: int = DOUBLE

    def init(self, inputs: Floats, network: Network) -> ForgettingState:
        """Return the state in which every robot takes its own input for the mean."""
        keys = directed_edges(network).keys
        duals, none = np.zeros((len(keys), inputs.shape[1])), np.zeros_like(inputs)
        return ForgettingState(inputs.copy(), inputs.copy(), keys, duals, none, none, none, Sent())

    def advance(
        self, state: ForgettingState, inputs: Floats, network: Network, arrivals: Arrivals
    ) -> ForgettingState:
        """Return the state after a round; see `bildsim.controllers.consensus.base.Consensus`."""
        weighted = _weighted(network, self.penalty)
        edges, own = weighted.edges, state.estimates
        if not len(inputs) == len(own) == edges.robots:
            raise ValueError(f"{len(own)} robots on a network of {edges.robots}")
        arriving, sent = arrivals.taken(state.sent, as_floats(own, self.number_bits))
        state = replace(self._followed(state, edges), inputs=inputs.copy(), sent=sent)
        if state.waited < arrivals.delay:
            return replace(state, waited=state.waited + 1)
        totals, estimates = state.totals.copy(), np.empty_like(own)
        fading, sources = (1.0 - self.fade) * state.fading, arrivals.sources(edges)
        over_robots(
            len(own),
            kernels.round_pass,
            edges.indptr,
            sources,
            arrivals.heard,
            weighted.penalties,
            weighted.total,
            arriving,
            inputs - fading,
            own,
            1.0 - self.leak,
            totals,
            estimates,
        )
        state = self._noted(state, weighted, sources, arrivals.heard, arriving)
        return replace(state, estimates=estimates, totals=totals, fading=fading, waited=0)

    def estimates(self, state: ForgettingState) -> Floats:
        """Return each robot's estimate of the mean, (N, k)."""
        return state.estimates

    def change_members(
        self, state: ForgettingState, origin: Ints, inputs: Floats
    ) -> ForgettingState:
        """Return the state when robots have left or joined; what joins starts from its input."""
        if np.array_equal(origin, np.arange(len(state.inputs))):
            return state
        joins, state = (origin == FRESH)[:, None], self._settled(state)
        keys, places = renumbered(state.keys, origin, len(state.inputs))
        # Whoever heard those that leave lets go of them as of any edge that is gone.
        fading = _with_gone(state, places)
        duals, none = state.duals[places], np.zeros_like(inputs)
        return ForgettingState(
            np.where(joins, inputs, state.estimates[origin]),
            np.where(joins, inputs, state.inputs[origin]),
            keys,
            duals,
            none,
            _by_robot(duals, keys, len(inputs)),
            np.where(joins, 0.0, fading[origin]),
            Sent(tuple(np.where(joins, inputs, old[origin]) for old in state.sent.history)),
            waited=state.waited,
        )

    def numbers_per_message(self, size: int) -> int:
        """Return k."""
        return size

    def _noted(
        self,
        state: ForgettingState,
        weighted: _Weighted,
        sources: Ints,
        heard: Bools,
        words: Floats,
    ) -> ForgettingState:
        """Return the state with the edges' duals after a round in which ``words``, (R, k), came."""
        keep = 1.0 - self.leak
        # With more words than robots some go by older ones than others.
        if heard.all() and len(words) == len(state.said):
            return replace(state, said=keep * state.said + words, unsettled=state.unsettled + 1)
        state = self._settled(state)
        edges = weighted.edges
        duals = _moved(state.duals, edges.indptr, sources, heard * weighted.penalties, words, keep)
        return replace(state, duals=duals)

    def _settled(self, state: ForgettingState) -> ForgettingState:
        """Return the state with the duals as they are."""
        if not state.unsettled:
            return state
        robots = len(state.inputs)
        heads, tails = np.divmod(state.keys, robots)
        degree = np.bincount(heads, minlength=robots)
        penalties = self.penalty / np.maximum(degree[heads], degree[tails])
        starts = np.concatenate([[0], np.cumsum(degree)])
        keep = (1.0 - self.leak) ** state.unsettled
        duals = _moved(state.duals, starts, tails, penalties, state.said, keep)
        return replace(state, duals=duals, said=np.zeros_like(state.said), unsettled=0)

    def _followed(self, state: ForgettingState, edges: DirectedEdges) -> ForgettingState:
        """Start new edges at zero, and let go of those that are gone."""
        if same_edges(edges.keys, state.keys):
            return state
        state, origin = self._settled(state), origins(edges.keys, state.keys)
        duals = carried(state.duals, origin)
        return replace(
            state,
            keys=edges.keys,
            duals=duals,
            totals=_by_robot(duals, edges.keys, edges.robots),
            fading=_with_gone(state, origin[origin != FRESH]),
        )


def _moved(
    duals: Floats, starts: Ints, tails: Ints, penalties: Floats, words: Floats, keep: float
) -> Floats:
    """Return keep p_ij - rho_ij (words_j - words_i), (E, k)."""
    moved = np.empty_like(duals)
    over_robots(
        len(starts) - 1, kernels.dual_pass, starts, tails, penalties, words, keep, duals, moved
    )
    return moved


def _by_robot(duals: Floats, keys: Ints, robots: int) -> Floats:
    """Return sum_j p_ij, (N, k)."""
    degree = np.bincount(keys // max(robots, 1), minlength=robots)
    return edge_sums(np.concatenate([[0], np.cumsum(degree)]), duals)


def _with_gone(state: ForgettingState, kept: Ints) -> Floats:
    """Return r with the duals of all edges but the kept ones, (N, k)."""
    gone = np.ones(len(state.keys), dtype=np.bool_)
    gone[kept] = False
    robots = len(state.fading)
    return state.fading + _by_robot(state.duals[gone], state.keys[gone], robots)


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
