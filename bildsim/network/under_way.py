"""Messages that were sent and have not arrived yet."""

from __future__ import annotations

from dataclasses import dataclass

from bildsim.basics.arrays import Floats

MOST_UNDER_WAY_BYTES = 2_000_000_000
"""So many bytes of messages may be under way: those of 100 robots with BILD-MACRO at order 6,
1,000 rounds late, take half of them."""
History = tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Sent:
    """What was sent and has not arrived yet.

    Attributes:
        history: the messages of the last rounds, the oldest first, at most as many as the delay.
    """

    history: History = ()

    def and_now(self, messages: Floats, delay: int) -> tuple[Floats, Sent]:
        """Return the messages that arrive now and what is under way then.

        In the first rounds, when nothing can have arrived, the messages are the oldest there are;
        the links say that nobody hears them.
        """
        history = (*self.history, messages)
        return history[0], Sent(history[-delay:] if delay else ())
