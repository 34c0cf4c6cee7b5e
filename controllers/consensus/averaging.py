"""Averages over the network: what the planners share that agree on a quantity by messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bildsim.basics.arrays import Floats, require_rows
from bildsim.network.channel import Channel, ChannelState, Size
from bildsim.network.graph import Network

# Above this share of non-zeros the dense product is the faster one.
_DENSE_SHARE = 0.2


def mixing(network: Network) -> Any:
    """Return the averaging weights A, (N, N), as an array that ``@`` multiplies fast."""
    matrix = network.matrix()
    robots = len(network.degree)
    return matrix.toarray() if matrix.nnz > _DENSE_SHARE * robots**2 else matrix


def track(network: Network, estimates: Floats, before: Floats, now: Floats, rounds: int) -> Floats:
    """Follow the robots' mean of a quantity that each knows of itself.

    First-order dynamic average consensus (Zhu and Martínez, Discrete-time dynamic average
    consensus, Automatica 46(2), 2010, algorithm of order one): s <- A (s + u(k) - u(k-1)), then
    s <- A s for the other rounds. A is doubly stochastic, so the sum of the estimates is that of
    the quantities at all times; a part of the network that splits off keeps the sum it had.

    Args:
        network: who hears whom.
        estimates: (N, m) each robot's estimate of the mean.
        before: (N, m) each robot's own quantity when the estimates were made.
        now: (N, m) its own quantity now.
        rounds: rounds of messages, 1 or more.
    """
    weights = mixing(network)
    mixed: Floats = estimates + (now - before)
    for _ in range(rounds):
        mixed = weights @ mixed
    return mixed


@dataclass(frozen=True, eq=False)
class Tracked:
    """What robots hold that follow a mean over links; arrays are replaced, never changed.

    Attributes:
        estimates: (N, m) each robot's estimate of the mean.
        inputs: (N, m) each robot's own quantity when it last began to say something new.
        said: (N, m) what it says since: its estimate then, and the change of its quantity.
        channel: what is under way, and what was sent.
    """

    estimates: Floats
    inputs: Floats
    said: Floats
    channel: ChannelState

    @classmethod
    def begin(cls, channel: ChannelState, inputs: Floats) -> Tracked:
        """Return the state in which every robot takes its own quantity, (N, m), for the mean."""
        return cls(inputs.copy(), inputs, inputs, channel)

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        robots = len(self.channel.traffic.messages)
        require_rows(robots, self.estimates, self.inputs, self.said)


def track_over(
    channel: Channel, state: Tracked, network: Network, now: Floats, rounds: int
) -> Tracked:
    """Follow the mean over links that may lose, delay and round messages.

    Over perfect links it is `track` to the bit. Otherwise a robot that is not heard counts as
    oneself. **Never forgotten**: what is lost one way only takes from the sum of the estimates or
    adds to it, so they are biased for ever. Delay and rounding alone keep the sum, for robots say
    the same for delay + 1 rounds, and count their own as they said it: the same iteration, so many
    times slower, that stops within a few steps of the rounding. A robot that leaves takes along
    what it had of the sum.

    Args:
        channel: the links.
        state: the state before.
        network: who hears whom.
        now: (N, m) each robot's own quantity now.
        rounds: rounds of messages, 1 or more.
    """
    estimates, inputs, said, links = state.estimates, state.inputs, state.said, state.channel
    if channel.perfect:
        mixed = track(network, estimates, inputs, now, rounds)
        size = Size((now.shape[1],))
        return Tracked(mixed, now, mixed, channel.counted(links, network, size, rounds))
    for _ in range(rounds):
        # Apart from the estimate, in which a robot's own change would have its full weight until
        # the others' have come.
        if channel.renewed(links):
            said, inputs = estimates + (now - inputs), now
        heard, links = channel.broadcast(links, network, said)
        if channel.renewed(links):
            estimates = said + heard.drawn()
    return Tracked(estimates, inputs, said, links)
