"""What each robot sent: messages and bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bildsim.basics.arrays import Ints

if TYPE_CHECKING:
    from bildsim.network.graph import Network


@dataclass(frozen=True, eq=False)
class Traffic:
    """Running totals of what was sent.

    Attributes:
        messages: messages that each robot sent, (N,).
        bytes: bytes of payload that each robot sent, (N,), without any headers.
        rounds: communication rounds, in each of which every robot speaks once.
    """

    messages: Ints
    bytes: Ints
    rounds: int = 0

    @classmethod
    def none(cls, robots: int) -> Traffic:
        """Return the totals before anything was sent."""
        return cls(np.zeros(robots, dtype=np.int64), np.zeros(robots, dtype=np.int64))

    def among(self, before: Ints) -> Traffic:
        """Return the totals of other robots: row ``before``, (M,), of each, or 0 where it is -1."""
        stays = before >= 0
        messages = np.where(stays, self.messages[before], 0)
        return Traffic(messages, np.where(stays, self.bytes[before], 0), self.rounds)

    def add(
        self, network: Network, rounds: int, numbers_per_message: int, bytes_per_number: int = 8
    ) -> Traffic:
        """Return the totals after each robot sent each neighbour a message in each round.

        Args:
            network: who hears whom during these rounds.
            rounds: number of rounds.
            numbers_per_message: numbers in one message.
            bytes_per_number: bytes of one number; 8 is double precision.
        """
        return self.sent(network, rounds, numbers_per_message * bytes_per_number)

    def sent(self, network: Network, rounds: int, bytes_per_message: int) -> Traffic:
        """Return the totals after each robot sent each neighbour a message in each round.

        Messages that do not arrive were sent, too.

        Args:
            network: who hears whom during these rounds.
            rounds: number of rounds.
            bytes_per_message: bytes of payload of one message.
        """
        messages = rounds * network.degree
        sent = messages * bytes_per_message
        return Traffic(self.messages + messages, self.bytes + sent, self.rounds + rounds)
