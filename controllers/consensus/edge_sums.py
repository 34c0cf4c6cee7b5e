"""Sums over a robot's directed edges, the one operation that all kinds of consensus share.

By SciPy's sparse matrices, which add in the order of the edges, robot by robot: threads change no
bit, and a robot's row depends on its own edges alone. ``python -m benchmarks.consensus`` prints
what a round takes.
"""

import numpy as np
from scipy.sparse import csr_array

from bildsim.basics.arrays import Bools, Floats, Ints


def edge_sums(indptr: Ints, values: Floats) -> Floats:
    """Return each robot's sum over its own edges.

    Args:
        indptr: (N + 1,) where each robot's directed edges start.
        values: (E, ...) a value an edge.

    Returns:
        (N, ...); zero for robots without edges.
    """
    edges = len(values)
    incidence = csr_array((np.ones(edges), np.arange(edges), indptr), (len(indptr) - 1, edges))
    return np.asarray(incidence @ values)


def mix(
    indptr: Ints, tails: Ints, weights: Floats, heard: Bools, own: Floats, sent: Floats
) -> Floats:
    """Return own_i + sum over heard j of a_ij (sent_j - own_i), (N, k).

    Args:
        indptr: (N + 1,) where each robot's directed edges start.
        tails: (E,) whose message, a row of ``sent``, is heard over each.
        weights: (E,) a_ij of each.
        heard: (E,) whether the message over it arrives; who is not heard counts as oneself.
        own: (N, k) what each robot has now.
        sent: (R, k) what the messages that arrive now said, at least one a robot.
    """
    share = np.where(heard, weights, 0.0)
    if len(sent) < len(own):
        raise ValueError(f"messages of {len(sent)} robots to {len(own)}")
    gained = csr_array((share, tails, indptr), (len(own), len(sent))) @ sent
    return np.asarray((1.0 - edge_sums(indptr, share))[:, None] * own + gained)
