"""The network of a swarm for which none was asked: random, but complete for few robots."""

from functools import lru_cache
from math import comb

from bildsim.network.spec import NetworkSpec

FEWEST_FOR_RANDOM = 20
"""From so many robots on a graph of ``er:0.5`` is connected in all but 4 of 100,000 draws.

`connection_probability` gives 1 - 3.8e-5 for 20 robots, and more for every larger number; for 10
robots one graph in 51 falls apart, for 3 robots every second one.
"""
MOST_NEIGHBOURS = 200
"""Mean number of neighbours from 400 robots on; without it a swarm's messages grow as N^2."""


def default_network(robots: int) -> NetworkSpec:
    """Return ``er:0.5``, the BILD-MACRO paper's (arXiv 2604.11712, section V), where it is of use.

    Below ``FEWEST_FOR_RANDOM`` robots, of which a random graph too often leaves some alone, it is
    ``complete``; above 400 it is ``er:P`` with ``MOST_NEIGHBOURS`` neighbours on average.

    Args:
        robots: how many there are when there are fewest.
    """
    if robots < FEWEST_FOR_RANDOM:
        return NetworkSpec("complete")
    # Three digits, so that it can be written on a command line.
    return NetworkSpec("er", min(0.5, float(f"{MOST_NEIGHBOURS / robots:.3g}")))


@lru_cache(maxsize=256)
def connection_probability(robots: int, probability: float) -> float:
    """Return the chance that a random graph is connected, each pair joined with ``probability``.

    Gilbert's recurrence over the size k of the part that the first robot is in, which must be
    connected and have no edge to the others (Random graphs, 1959, equation (3)):
    P_n = 1 - sum over k < n of C(n - 1, k - 1) P_k (1 - p)^(k (n - k)).
    """
    apart = 1.0 - probability
    return 1.0 - sum(
        comb(robots - 1, size - 1)
        * connection_probability(size, probability)
        * apart ** (size * (robots - size))
        for size in range(1, robots)
    )
