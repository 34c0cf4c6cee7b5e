"""Which links of a network exist just now, by where the robots are and what the time is."""

from __future__ import annotations

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import Network, network_of_edges
from bildsim.network.link_settings import LinkSettings


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


def same_links(network: Network, other: Network) -> bool:
    """Whether two networks join the same robots."""
    return np.array_equal(network.indptr, other.indptr) and np.array_equal(
        network.indices, other.indices
    )
