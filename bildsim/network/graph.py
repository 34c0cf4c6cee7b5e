"""Communication networks: who hears whom, and the weights by which the robots average."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.network import generators as edges
from bildsim.network.most_links import require_few_links
from bildsim.network.spec import NetworkSpec

__all__ = [
    "Network",
    "NetworkSpec",
    "build_network",
    "network_among",
    "network_of_edges",
    "networks_apart",
    "require_connected",
    "require_neighbours",
]


@dataclass(frozen=True, eq=False)
class Network:
    """An undirected graph on N robots and its averaging weights A, in compressed rows.

    Row i lists the columns ``indices[indptr[i]:indptr[i + 1]]``, in rising order and with i itself,
    and the weights a_ij at the same places. A is symmetric and doubly stochastic, as Assumption 1
    of the BILD-MACRO paper (arXiv 2604.11712) asks.

    Attributes:
        indptr: where each row starts, (N + 1,).
        indices: column numbers, (E,), where E counts each edge twice and each robot once.
        weights: Metropolis weights, (E,): a_ij = 1 / (1 + max(d_i, d_j)) for neighbours, and a_ii
            what is missing to 1 (Xiao, Boyd and Kim 2007).
        degree: number of neighbours d_i, not counting the robot itself, (N,).
        components: number of connected components.
        lengths: how long each link is just now (m), by directed edge
            (`bildsim.network.directed_edges`); None where nobody asks.
    """

    indptr: Ints
    indices: Ints
    weights: Floats
    degree: Ints
    components: int
    lengths: Floats | None = None

    @property
    def connected(self) -> bool:
        """Whether word can get from every robot to every other."""
        return self.components == 1

    def require_sound(self) -> None:
        """Make sure that this is a graph: compiled code goes wherever its arrays lead.

        Raises:
            ValueError: it is none.
        """
        robots, edges = len(self.degree), len(self.indices)
        shapes = [array.shape for array in (self.indptr, self.indices, self.weights, self.degree)]
        if not (
            shapes == [(robots + 1,), (edges,), (edges,), (robots,)]
            and (self.indptr[0], self.indptr[-1]) == (0, edges)
            and (np.diff(self.indptr) >= 0).all()
            and ((self.indices >= 0) & (self.indices < robots)).all()
            and all(array.flags.c_contiguous for array in (self.indptr, self.indices, self.weights))
        ):
            raise ValueError("a network's rows lead to robots that are not there")

    def matrix(self) -> Any:
        """Return A as a ``scipy.sparse.csr_array``, (N, N); it shares the network's arrays."""
        size = len(self.degree)
        return sparse.csr_array((self.weights, self.indices, self.indptr), shape=(size, size))


def build_network(spec: NetworkSpec, positions: Floats, rng: np.random.Generator) -> Network:
    """Build the network that ``spec`` asks for.

    Args:
        spec: what to build.
        positions: where the robots are, (N, 2) in metres.
        rng: draws the graph, if it is a random one (er, regular); untouched otherwise.

    Raises:
        UsageError: so few robots cannot have that many neighbours (knn, regular), or so many robots
            would have too many links.
    """
    require_neighbours(spec, len(positions))
    require_few_links(spec, positions)
    return network_of_edges(_edges(spec, positions, rng), len(positions))


def _edges(spec: NetworkSpec, positions: Floats, rng: np.random.Generator) -> Ints:
    robots, parameter = len(positions), spec.parameter or 0.0
    match spec.kind:
        case "er":
            return edges.erdos_renyi(robots, parameter, rng)
        case "regular":
            return edges.regular(robots, int(parameter), rng)
        case "disk":
            return edges.disk(positions, parameter)
        case "knn":
            return edges.nearest(positions, int(parameter))
        case "ring":
            return edges.ring(robots)
        case _:
            return edges.complete(robots)


def require_neighbours(spec: NetworkSpec, robots: int) -> None:
    """Make sure that so many robots can have the neighbours that ``spec`` asks for.

    Raises:
        UsageError: they cannot (knn, regular).
    """
    if spec.kind not in ("knn", "regular") or spec.parameter is None:
        return
    if spec.parameter >= robots:
        raise UsageError(
            "{network} is not allowed: it needs more than {0} robots, there are {1}",
            f"{spec.parameter:g}",
            robots,
            network=str(spec),
        )
    if spec.kind == "regular" and robots * spec.parameter % 2:
        raise UsageError(
            "{network} is not allowed: with an odd number of robots, {0}, the number of neighbours "
            "must be even",
            robots,
            network=str(spec),
        )


def network_of_edges(pairs: Ints, robots: int) -> Network:
    """Return the network with the given undirected edges, (E, 2), each named once."""
    everyone = np.arange(robots)
    heads = np.concatenate([pairs[:, 0], pairs[:, 1], everyone])
    tails = np.concatenate([pairs[:, 1], pairs[:, 0], everyone])
    # One sort of whole numbers orders the rows and the columns in them, several times as fast
    # as a sort by two keys.
    rows, columns = np.divmod(np.sort(heads * robots + tails), robots)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=robots))])
    degree = np.diff(indptr) - 1
    weights = _metropolis(rows, columns, indptr, degree)
    return Network(indptr, columns, weights, degree, _components(indptr, columns))


def network_among(network: Network, members: Ints) -> Network:
    """Return the network that is left to the robots ``members``, (M,), numbered in that order.

    Edges are those between two members, and weights those that Metropolis's rule gives them.
    """
    place = np.full(len(network.degree), -1)
    place[members] = np.arange(len(members))
    heads = place[np.repeat(np.arange(len(network.degree)), np.diff(network.indptr))]
    tails = place[network.indices]
    kept = (heads >= 0) & (heads < tails)
    return network_of_edges(np.column_stack([heads[kept], tails[kept]]), len(members))


def networks_apart(networks: Sequence[Network]) -> Network:
    """Return one network of the robots of all, one after the other, none joined to another's."""
    robots = np.cumsum([0, *(len(network.degree) for network in networks)])
    edges = np.cumsum([0, *(len(network.indices) for network in networks)])
    starts = [n.indptr[:-1] + first for n, first in zip(networks, edges, strict=False)]
    columns = [n.indices + first for n, first in zip(networks, robots, strict=False)]
    return Network(
        np.concatenate([*starts, edges[-1:]]),
        np.concatenate(columns),
        np.concatenate([network.weights for network in networks]),
        np.concatenate([network.degree for network in networks]),
        sum(network.components for network in networks),
    )


def _metropolis(rows: Ints, columns: Ints, indptr: Ints, degree: Ints) -> Floats:
    weights: Floats = 1.0 / (1.0 + np.maximum(degree[rows], degree[columns]))
    itself = rows == columns
    weights[itself] = 0.0
    weights[itself] = 1.0 - np.add.reduceat(weights, indptr[:-1])
    return weights


def _components(indptr: Ints, indices: Ints) -> int:
    size = len(indptr) - 1
    graph = sparse.csr_array((np.ones(len(indices)), indices, indptr), shape=(size, size))
    count, _ = sparse.csgraph.connected_components(graph, directed=False)
    return int(count)


def require_connected(network: Network, spec: NetworkSpec, positions: Floats | None = None) -> None:
    """Make sure that every robot can reach every other over the network.

    Args:
        network: the network to check.
        spec: what it was built from, for the message.
        positions: where the robots are, (N, 2); with them the message for ``disk`` names the
            shortest range that joins these robots, without them one that joins any.

    Raises:
        UsageError: the network falls apart; the sentence says what would do.
    """
    if not network.connected:
        raise UsageError(
            "{network} leaves the {0} robots in {1} groups that cannot reach each other: {2}",
            len(network.degree),
            network.components,
            _remedy(spec, len(network.degree), positions),
            network=str(spec),
        )


def _remedy(spec: NetworkSpec, robots: int, positions: Floats | None) -> str:
    if spec.kind == "er":
        enough = _joining_probability(spec, robots)
        if enough == 1.0:
            return "complete would do"
        return f"er:{enough:g} would do, but for about 1 seed in 100"
    if spec.kind == "disk":
        return f"disk:{_joining_range(positions):g} would do"
    return "use more neighbours"


def _joining_probability(spec: NetworkSpec, robots: int) -> float:
    """Return a p at which a random graph is connected in about 99 of 100 draws, rounded up.

    For p = (ln N + c) / N the chance tends to exp(-exp(-c)) (Erdős and Rényi 1960); here c = 5.
    """
    enough = max((math.log(robots) + 5.0) / robots, 1.5 * (spec.parameter or 0.0))
    return min(1.0, math.ceil(1000.0 * enough) / 1000.0)


def _joining_range(positions: Floats | None) -> float:
    """Return the range in metres that joins the robots, rounded up to a centimetre.

    The last merger of single linkage is the longest edge of the minimum spanning tree.
    """
    longest = 2.0 * math.sqrt(2.0) if positions is None else linkage(pdist(positions))[-1, 2]
    return math.ceil(100.0 * longest) / 100.0
