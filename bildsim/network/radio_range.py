"""Which links of a network exist just now and how long they are, by where the robots are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import Network, network_of_edges
from bildsim.network.link_settings import LinkSettings


def require_radios_matter(network: Network, positions: Floats, settings: LinkSettings) -> None:
    """Make sure that at least one link is short enough for the radios.

    Args:
        network: who is to hear whom.
        positions: (N, 2) where the robots are (m).
        settings: of which the radio range counts.

    Raises:
        UsageError: none is; the sentence says from which range on the network would be whole.
    """
    edges = directed_edges(network)
    way = positions[edges.heads] - positions[edges.tails]
    length = np.hypot(way[:, 0], way[:, 1])
    if not len(length) or length.min() <= settings.radio_range:
        return
    # The longest edge of the least spanning tree is what joins its last two parts.
    tree = csgraph.minimum_spanning_tree(
        sparse.csr_array((length, (edges.heads, edges.tails)), shape=2 * (edges.robots,))
    )
    whole = math.ceil(100.0 * tree.data.max()) / 100.0
    if settings.radio is not None:
        raise UsageError(
            "{radio} reaches {0:g} m and nobody: no two of the {1} robots that have a link are so "
            "near each other at the start; {2:g} m would join all",
            settings.radio_range,
            edges.robots,
            whole,
            radio=settings.radio,
        )
    raise UsageError(
        "{radio_range} is too small to matter: no two of the {0} robots that have a link are so "
        "near each other at the start; {1:g} m would join all",
        edges.robots,
        whole,
        radio_range=settings.radio_range,
    )


def within_reach(
    network: Network, positions: Floats, time_s: float, settings: LinkSettings
) -> Network:
    """Return the network without the links that are too long or cut by an outage.

    The robots know whom they reach, as radios do that hear each other's beacons, so averaging
    weights are those of what is left.

    Args:
        network: who is to hear whom.
        positions: (N, 2) where the robots are (m).
        time_s: simulated time (s).
        settings: radio range and outages.
    """
    if not settings.cuts_links:
        return network
    edges = directed_edges(network)
    once = edges.heads < edges.tails
    heads, tails = edges.heads[once], edges.tails[once]
    way = positions[heads] - positions[tails]
    holds = np.hypot(way[:, 0], way[:, 1]) <= settings.radio_range
    if any(first <= time_s < end for first, end in settings.outages):
        right = positions[:, 0] > 0.0
        holds &= right[heads] == right[tails]
    if holds.all():
        return network
    return network_of_edges(np.column_stack([heads[holds], tails[holds]]), edges.robots)


def with_lengths(network: Network, positions: Floats, settings: LinkSettings) -> Network:
    """Return the network with the lengths of its links, where losses follow from them.

    Args:
        network: who hears whom.
        positions: (N, 2) where the robots are (m).
        settings: of which the half range counts.
    """
    if not math.isfinite(settings.half_range):
        return network
    edges = directed_edges(network)
    way = positions[edges.heads] - positions[edges.tails]
    return replace(network, lengths=np.hypot(way[:, 0], way[:, 1]))


def same_links(network: Network, other: Network) -> bool:
    """Whether two networks join the same robots."""
    return np.array_equal(network.indptr, other.indptr) and np.array_equal(
        network.indices, other.indices
    )
