"""Dynamic average consensus: every robot follows the mean of something each knows of itself."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from bildsim.basics.arrays import Floats, Ints
from bildsim.network.graph import Network
from bildsim.network.lossy_links import Arrivals

State = TypeVar("State")


class Consensus(Protocol[State]):
    """A rule by which robots follow the mean of their inputs; frozen, with its state apart.

    A round: every robot sends each neighbour one message made from what it held before the round,
    takes in the messages that arrive, and then its own new input.

    Networks may differ from round to round: an edge that appears starts afresh, one that is gone is
    forgotten unless the rule says otherwise.
    """

    def init(self, inputs: Floats, network: Network) -> State:
        """Return the state in which every robot takes its own input for the mean.

        Args:
            inputs: (N, k).
            network: who hears whom.
        """

    def advance(self, state: State, inputs: Floats, network: Network, arrivals: Arrivals) -> State:
        """Return the state after a round.

        Args:
            state: the state before it.
            inputs: (N, k) each robot's input after the round.
            network: who hears whom in it.
            arrivals: which messages arrive, by directed edge of the network.
        """

    def estimates(self, state: State) -> Floats:
        """Return each robot's estimate of the mean of the inputs, (N, k)."""

    def change_members(self, state: State, origin: Ints, inputs: Floats) -> State:
        """Return the state when robots have left or joined.

        Args:
            state: the state before.
            origin: (N,) the number that each robot had before, -1 for one that joins.
            inputs: (N, k) their inputs; what joins starts from its own.
        """

    def numbers_per_message(self, size: int) -> int:
        """Return how many numbers a message holds when inputs have ``size`` numbers."""


AnyConsensus = Consensus[Any]
