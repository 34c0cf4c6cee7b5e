"""Who hears whom in the course of a run, as robots move, die and come and links fail."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.basics.errors import RunError, UsageError
from bildsim.network.graph import (
    Network,
    NetworkSpec,
    build_network,
    network_among,
    require_connected,
    require_neighbours,
)
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio_range import require_radios_matter, same_links, within_reach


class LiveNetwork:
    """The network of the robots that are in the swarm, tick by tick.

    Attributes:
        now: who hears whom just now; the same object for as long as nothing changes.
        everybody: the links of all robots, of latecomers too, or for a network that follows the
            robots those at the start.

    Args:
        spec: what to build.
        links: radio range and outages.
        rng: draws the graph.
        positions: (N, 2) where the robots are (m).
        active: (N,) who is in the swarm.
        fewest: number of robots in it when it is smallest.

    Raises:
        UsageError: so few robots cannot have that many neighbours, the graph falls apart, or no
            radio reaches another.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        links: LinkSettings,
        rng: np.random.Generator,
        positions: Floats,
        active: Bools,
        fewest: int,
    ) -> None:
        require_neighbours(spec, fewest)
        self._spec, self._links, self._rng = spec, links, rng
        self._members: Ints = np.flatnonzero(active)
        present = positions[active]
        self.everybody = build_network(spec, present if spec.geometric else positions, rng)
        self._drawn = self.everybody
        if len(self._drawn.degree) > len(present):
            self._drawn = network_among(self._drawn, self._members)
        require_connected(self._drawn, spec, present)
        require_radios_matter(self._drawn, present, links)
        self.now = within_reach(self._drawn, present, 0.0, links)

    def follow(self, positions: Floats, time_s: float, active: Bools) -> Network:
        """Return the network for the next tick: only what must change does.

        Args:
            positions: (M, 2) where the members are (m).
            time_s: simulated time (s).
            active: (N,) who they are.

        Raises:
            RunError: the robots have come so close that they have too many links.
        """
        drawn, members = self._drawn, np.flatnonzero(active)
        if self._spec.geometric:
            drawn = self._built(positions, time_s)
        elif not np.array_equal(members, self._members):
            drawn = network_among(self.everybody, members)
        if drawn is not self._drawn or self._links.cuts_links:
            network = within_reach(drawn, positions, time_s, self._links)
            # Who follows the edges need not do so when they are the same.
            self.now = self.now if same_links(network, self.now) else network
        self._drawn, self._members = drawn, members
        return self.now

    def _built(self, positions: Floats, time_s: float) -> Network:
        try:
            return build_network(self._spec, positions, self._rng)
        except UsageError as error:
            sentence = f"at t = {time_s:.1f} s {error.sentence}"
            raise RunError(sentence, *error.words, **error.settings) from None

    def snapshot(self) -> dict[str, Any]:
        """Return the state. Networks are never changed, only replaced."""
        return {
            "now": self.now,
            "drawn": self._drawn,
            "members": self._members,
            "draws": copy.deepcopy(self._rng),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken."""
        self.now, self._drawn = state["now"], state["drawn"]
        self._members = state["members"]
        self._rng = copy.deepcopy(state["draws"])
