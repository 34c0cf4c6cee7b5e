"""The edges of each kind of communication graph, as arrays.

Each function returns the undirected edges, (E, 2), without self-loops and without repetitions, in
no particular order; row (i, j) says that robots i and j hear each other.
"""

import math
import random

import networkx as nx
import numpy as np
from scipy.spatial import cKDTree

from bildsim.basics.arrays import Floats, Ints

_BLOCK = 65_536


def erdos_renyi(robots: int, probability: float, rng: np.random.Generator) -> Ints:
    """Join each pair with the given probability, independently (Erdős and Rényi 1959).

    Edges are those of networkx's ``fast_gnp_random_graph`` with the same seed (Batagelj and Brandes
    2005), but all at once: for 5000 robots and 1/2 in a second where that takes 20.
    """
    seed, pairs = _seed(rng), robots * (robots - 1) // 2
    if probability >= 1.0:
        return complete(robots)
    rate = math.log(1.0 - probability)
    if not rate:  # below what a double tells from none
        return np.empty((0, 2), dtype=np.int64)
    uniform = _mersenne_twister(seed)
    last, found = -1, [np.empty(0, dtype=np.int64)]
    while last < pairs:
        # Pairs are numbered by rows of the lower triangle; between two that are joined lies a
        # geometrically distributed number of pairs that are not.
        skipped = np.log(1.0 - uniform.random_sample(_BLOCK)) / rate
        found.append(last + np.cumsum(1 + np.minimum(skipped, pairs).astype(np.int64)))
        last = int(found[-1][-1])
    numbers = np.concatenate(found)
    return _pair_of(numbers[numbers < pairs])


def _mersenne_twister(seed: int) -> np.random.RandomState:
    """Return a generator whose uniform numbers are those of Python's ``random.Random(seed)``."""
    _, (*key, place), _ = random.Random(seed).getstate()
    generator = np.random.RandomState()
    # The last two: no normal number was drawn in advance.
    generator.set_state(("MT19937", np.array(key, dtype=np.uint32), place, 0, 0.0))
    return generator


def _pair_of(numbers: Ints) -> Ints:
    """Return the pairs (row, column), row > column, with these numbers in the lower triangle."""
    row = ((1.0 + np.sqrt(1.0 + 8.0 * numbers)) / 2.0).astype(np.int64)
    # The root may be rounded across a whole number.
    row -= row * (row - 1) // 2 > numbers
    row += row * (row + 1) // 2 <= numbers
    return np.column_stack([row, numbers - row * (row - 1) // 2])


def regular(robots: int, degree: int, rng: np.random.Generator) -> Ints:
    """Draw a graph at random among those in which every robot has ``degree`` neighbours.

    Where that is more than half of the others, the pairs are drawn that are not joined: stubs that
    still fit are found ever more rarely as a graph fills.
    """
    seed, missing = _seed(rng), robots - 1 - degree
    if missing >= degree:
        return _of_graph(nx.random_regular_graph(degree, robots, seed=seed))
    apart = _of_graph(nx.random_regular_graph(missing, robots, seed=seed))
    joined = np.ones((robots, robots), dtype=bool)
    joined[apart[:, 0], apart[:, 1]] = joined[apart[:, 1], apart[:, 0]] = False
    return np.column_stack(np.nonzero(np.triu(joined, k=1)))


def ring(robots: int) -> Ints:
    """Join each robot to the next, and the last to the first; two robots share one edge."""
    return _of_graph(nx.cycle_graph(robots))


def complete(robots: int) -> Ints:
    """Join every pair."""
    return np.column_stack(np.triu_indices(robots, k=1))


def disk(positions: Floats, reach: float) -> Ints:
    """Join the robots, at ``positions`` (N, 2), that are at most ``reach`` metres apart."""
    pairs = cKDTree(positions).query_pairs(reach, output_type="ndarray")
    return np.asarray(pairs, dtype=np.int64)


def nearest(positions: Floats, count: int) -> Ints:
    """Join each robot to its ``count`` nearest, and so also those to it (symmetrised).

    A robot therefore has at least ``count`` neighbours, and may have more.
    """
    robots = len(positions)
    _, found = cKDTree(positions).query(positions, k=count + 1)
    itself = found == np.arange(robots)[:, None]
    # Where robots coincide a robot may not be among its own nearest: then drop the last found.
    itself[~itself.any(axis=1), -1] = True
    others = found[~itself]
    pairs = np.sort(np.column_stack([np.repeat(np.arange(robots), count), others]), axis=1)
    keys = np.unique(pairs[:, 0] * robots + pairs[:, 1])
    return np.column_stack(np.divmod(keys, robots))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _of_graph(graph: nx.Graph) -> Ints:
    edges = [(i, j) for i, j in graph.edges if i != j]
    return np.array(edges, dtype=np.int64).reshape(-1, 2)
