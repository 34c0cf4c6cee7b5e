"""Averages over the network: what the planners share that agree on a quantity by messages."""

from typing import Any, NamedTuple

from bildsim.basics.arrays import Floats
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


class Tracked(NamedTuple):
    """What `track_over` returns.

    Attributes:
        estimates: (N, m) each robot's estimate of the mean.
        inputs: (N, m) each robot's own quantity that they were made with.
        channel: what is under way, and what was sent.
    """

    estimates: Floats
    inputs: Floats
    channel: ChannelState


def track_over(
    channel: Channel,
    state: ChannelState,
    network: Network,
    estimates: Floats,
    before: Floats,
    now: Floats,
    rounds: int,
) -> Tracked:
    """Do the same over links that may lose, delay and round messages.

    Over perfect links it is `track` to the bit. Otherwise a robot that is not heard counts as
    oneself. **Never forgotten**: what is lost one way only takes from the sum of the estimates or
    adds to it, so they are biased for ever. Delay and rounding alone keep the sum, for robots hold
    their estimates for delay + 1 rounds, and count their own as they said it: the same iteration,
    so many times slower, that stops within a few steps of the rounding. A robot that leaves takes
    along what it had of the sum.

    Args:
        channel: the links.
        state: what is under way over them.
        network: who hears whom.
        estimates: (N, m) each robot's estimate of the mean.
        before: (N, m) each robot's own quantity when the estimates were made.
        now: (N, m) its own quantity now.
        rounds: rounds of messages, 1 or more.
    """
    if channel.perfect:
        mixed = track(network, estimates, before, now, rounds)
        size = Size((now.shape[1],))
        return Tracked(mixed, now, channel.counted(state, network, size, rounds))
    for _ in range(rounds):
        if channel.renewed(state):
            estimates, before = estimates + (now - before), now
        heard, state = channel.broadcast(state, network, estimates)
        if channel.renewed(state):
            estimates = estimates + heard.drawn()
    return Tracked(estimates, before, state)
