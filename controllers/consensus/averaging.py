"""Averages over the network: what the planners share that agree on a quantity by messages."""

from typing import Any

from bildsim.basics.arrays import Floats
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
