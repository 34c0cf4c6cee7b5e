"""How many pairs of robots a network may join, judged before it is built."""

from scipy.spatial import cKDTree

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.network.spec import NetworkSpec

MOST_PAIRS = 5_000_000
"""A round looks at every link, and building a graph sorts them all: this is a complete graph of
3,000 robots, or 500 neighbours for each of 20,000."""


def require_few_links(spec: NetworkSpec, positions: Floats) -> None:
    """Make sure that a network joins no more pairs of robots than ``MOST_PAIRS``.

    Args:
        spec: what is to be built.
        positions: (N, 2) where the robots are (m).

    Raises:
        UsageError: it joins more; of a random graph, on average.
    """
    count = _pairs(spec, positions)
    if count > MOST_PAIRS:
        raise UsageError(
            "{network} is not possible: it joins {0} pairs of {1} robots, allowed are {2}",
            f"{count:.0f}",
            len(positions),
            MOST_PAIRS,
            network=str(spec),
        )


def _pairs(spec: NetworkSpec, positions: Floats) -> float:
    robots, parameter = len(positions), spec.parameter or 0.0
    everybody = 0.5 * robots * (robots - 1)
    match spec.kind:
        case "er":
            return parameter * everybody
        case "regular":
            return 0.5 * parameter * robots
        case "knn":
            return min(parameter * robots, everybody)
        case "ring":
            return robots
        case "disk" if everybody > MOST_PAIRS:
            tree = cKDTree(positions)
            return 0.5 * (float(tree.count_neighbors(tree, parameter)) - robots)
        case _:
            return everybody
