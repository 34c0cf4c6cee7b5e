"""A network's edges one direction at a time, and how to follow them while the network changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.network.graph import Network
from bildsim.network.kept_with_network import kept_with_network

FRESH = -1
"""Stands for the former number of what did not exist before."""
_Array = TypeVar("_Array", Floats, Ints, Bools)


@dataclass(frozen=True, eq=False)
class DirectedEdges:
    """Every edge twice, once for each robot that hears the other; no robot hears itself here.

    Edge e says that robot ``heads[e]`` hears robot ``tails[e]``; edges are sorted by head, then by
    tail, so the edges of robot i are ``indptr[i]`` to ``indptr[i + 1]``.

    Attributes:
        indptr: where each robot's edges start, (N + 1,).
        heads: who hears, (E,).
        tails: who is heard, (E,).
        reverse: the edge of the opposite direction, (E,).
        weights: the network's a_ij, (E,).
        keys: ``heads * N + tails``, (E,), rising: what an edge is known by.
    """

    indptr: Ints
    heads: Ints
    tails: Ints
    reverse: Ints
    weights: Floats
    keys: Ints

    @property
    def robots(self) -> int:
        """How many robots there are."""
        return len(self.indptr) - 1


@kept_with_network
def directed_edges(network: Network) -> DirectedEdges:
    """Return a network's directed edges."""
    robots = len(network.degree)
    rows = np.repeat(np.arange(robots), np.diff(network.indptr))
    others = network.indices != rows
    heads, tails = rows[others], network.indices[others]
    return DirectedEdges(
        indptr=np.concatenate([[0], np.cumsum(network.degree)]),
        heads=heads,
        tails=tails,
        reverse=np.argsort(tails * robots + heads),
        weights=network.weights[others],
        keys=heads * robots + tails,
    )


def same_edges(keys: Ints, before: Ints) -> bool:
    """Whether nothing has changed; by value, for a resumed run has arrays of its own."""
    return keys is before or np.array_equal(keys, before)


def origins(keys: Ints, before: Ints) -> Ints:
    """Return where each edge stood before, (E,), ``FRESH`` where it did not exist.

    Args:
        keys: (E,) what the edges are known by, rising.
        before: (B,) what the edges before were known by, rising.
    """
    if len(before) == 0:
        return np.full(len(keys), FRESH, dtype=np.int64)
    places = np.minimum(np.searchsorted(before, keys), len(before) - 1)
    return np.where(before[places] == keys, places, FRESH)


def carried(values: _Array, origin: Ints) -> _Array:
    """Return rows of values at their new places: row ``origin[e]`` at e, zero where it is fresh."""
    result: _Array = np.zeros((len(origin), *values.shape[1:]), dtype=values.dtype)
    kept = origin != FRESH
    result[kept] = values[origin[kept]]
    return result


def renumbered(keys: Ints, origin: Ints, robots: int) -> tuple[Ints, Ints]:
    """Follow edges when robots leave or join: return their new keys, rising, and where they stood.

    Edges of robots that left are not among them.

    Args:
        keys: (E,) what the edges were known by among ``robots`` robots.
        origin: (N,) the old number of each robot, ``FRESH`` for one that joins.
        robots: how many there were.
    """
    number = np.full(robots, FRESH, dtype=np.int64)
    stayed = np.flatnonzero(origin != FRESH)
    number[origin[stayed]] = stayed
    heads, tails = number[keys // robots], number[keys % robots]
    kept = np.flatnonzero((heads != FRESH) & (tails != FRESH))
    fresh = heads[kept] * len(origin) + tails[kept]
    order = np.argsort(fresh)
    return fresh[order], kept[order]
