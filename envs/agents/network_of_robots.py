"""Who hears whom among an environment's robots; it need not be connected.

A run refuses a network that falls apart, since its planners could not agree. Agents that learn from
what they hear may well be alone for a while, and a start drawn at random often leaves some alone.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.basics.errors import RunError, UsageError
from bildsim.network.graph import Network, build_network, network_of_edges
from bildsim.network.spec import NetworkSpec


class RobotNetwork:
    """The network of N robots; those that are not in the swarm hear nobody and are not heard.

    Attributes:
        spec: what it is.
        now: who hears whom just now.

    Args:
        spec: what it is.
        robots: number N of robots.
    """

    def __init__(self, spec: NetworkSpec, robots: int) -> None:
        self.spec, self._robots = spec, robots
        self._drawn: Ints = np.zeros((0, 2), dtype=np.int64)
        self.now: Network = network_of_edges(self._drawn, robots)
        self._rng: np.random.Generator

    def begin(self, positions: Floats, active: Bools, rng: np.random.Generator) -> None:
        """Begin an episode.

        Args:
            positions: (N, 2) where the robots are (m).
            active: (N,) who is in the swarm.
            rng: draws a random graph, which then stays.

        Raises:
            UsageError: so few robots cannot have that many neighbours.
        """
        self._rng = rng
        if not self.spec.geometric:
            self._drawn = _pairs(build_network(self.spec, positions, rng))
        self.now = self._among(positions, active)

    def follow(self, positions: Floats, active: Bools) -> None:
        """Look who hears whom where robots are now; see `begin`.

        Raises:
            RunError: robots have come so close that there are too many links, or too few are left.
        """
        try:
            self.now = self._among(positions, active)
        except UsageError as error:
            raise RunError(error.sentence, *error.words, **error.settings) from None

    def snapshot(self) -> dict[str, Any]:
        """Return the links that were drawn."""
        return {"drawn": self._drawn.copy()}

    def restore(self, state: Mapping[str, Any], positions: Floats, active: Bools) -> None:
        """Be as when the state was taken, with the robots as they were.

        Raises:
            ValueError: links are of robots that are not there.
        """
        drawn = np.array(state["drawn"])
        pairs = drawn.dtype == np.int64 and drawn.ndim == 2 and drawn.shape[1] == 2
        if not pairs or ((drawn < 0) | (drawn >= self._robots)).any():
            raise ValueError(f"links are not of {self._robots} robots")
        self._drawn = drawn
        self.now = self._among(positions, active)

    def _among(self, positions: Floats, active: Bools) -> Network:
        if self.spec.geometric:
            if active.all():
                return build_network(self.spec, positions, self._rng)
            members = np.flatnonzero(active)
            near = _pairs(build_network(self.spec, positions[members], self._rng))
            return network_of_edges(members[near], self._robots)
        kept = active[self._drawn].all(axis=1)
        return network_of_edges(self._drawn[kept], self._robots)


def _pairs(network: Network) -> Ints:
    """Return the edges, (E, 2), each once."""
    heads = np.repeat(np.arange(len(network.degree)), np.diff(network.indptr))
    once = heads < network.indices
    return np.column_stack([heads[once], network.indices[once]])
