"""Messages that were sent and have not arrived yet."""

from __future__ import annotations

from dataclasses import dataclass

from bildsim.basics.arrays import Floats

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
