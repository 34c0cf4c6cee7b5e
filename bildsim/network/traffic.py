"""What each robot sent: messages and bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
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
        rounds: communication rounds, in each of which every robot speaks once, or may.
        broadcast: bytes that each robot would have sent, (N,), if what it says to all neighbours
            alike goes out once; ``bytes`` where nobody has counted it.
    """

    messages: Ints
    bytes: Ints
    rounds: int = 0
    broadcast: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if len(self.broadcast) != len(self.bytes):
            object.__setattr__(self, "broadcast", self.bytes)

    @classmethod
    def none(cls, robots: int) -> Traffic:
        """Return the totals before anything was sent."""
        return cls(np.zeros(robots, dtype=np.int64), np.zeros(robots, dtype=np.int64))

    def among(self, before: Ints) -> Traffic:
        """Return the totals of other robots: row ``before``, (M,), of each, or 0 where it is -1."""
        stays = before >= 0
        counts = (self.messages, self.bytes, self.broadcast)
        messages, size, broadcast = (np.where(stays, count[before], 0) for count in counts)
        return Traffic(messages, size, self.rounds, broadcast)

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

    def sent(
        self,
        network: Network,
        rounds: int,
        bytes_per_message: int,
        *,
        alike: bool = True,
        spoken: Ints | None = None,
    ) -> Traffic:
        """Return the totals after each robot sent each neighbour a message in each round.

        Messages that do not arrive were sent, too.

        Args:
            network: who hears whom during these rounds.
            rounds: number of rounds.
            bytes_per_message: bytes of payload of one message.
            alike: whether a robot says the same to all neighbours.
            spoken: (N,) in how many of the rounds each robot spoke; in all of them unless given.
        """
        times = rounds if spoken is None else spoken
        messages = times * network.degree
        sent = messages * bytes_per_message
        out = times * bytes_per_message * (network.degree > 0) if alike else sent
        return Traffic(
            self.messages + messages,
            self.bytes + sent,
            self.rounds + rounds,
            self.broadcast + out,
        )
