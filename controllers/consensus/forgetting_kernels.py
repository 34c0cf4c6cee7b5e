"""A round of `bildsim.controllers.consensus.forgetting`, compiled.

Made of SciPy's sparse products and NumPy it takes some ten times as long for 100 robots, most of it
for making matrices of what arrived: ``python -m benchmarks.consensus`` prints both.
"""

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.numerics.compiling import kernel

_compiled = kernel(__file__)


@_compiled
def round_pass(
    first: int,
    last: int,
    starts: Ints,
    tails: Ints,
    heard: Bools,
    penalties: Floats,
    weights: Floats,
    arriving: Floats,
    inputs: Floats,
    own: Floats,
    keep: float,
    totals: Floats,
    estimates: Floats,
) -> None:
    """Renew the sums of the duals and the estimates of the robots first..last-1.

    Args:
        first: the first robot.
        last: one past the last one.
        starts: (N + 1,) where each robot's directed edges start.
        tails: (E,) whose message, a row of ``arriving``, is heard over each.
        heard: (E,) whether the message over it arrives.
        penalties: (E,) rho_ij.
        weights: (N,) sum_j rho_ij.
        arriving: (R, k) what the messages that arrive now said; row i is robot i's own.
        inputs: (N, k) u_i, less what is left of edges that are gone.
        own: (N, k) s_i before the round.
        keep: 1 - e.
        totals: (N, k) sum_j p_ij; changed.
        estimates: (N, k) s_i after the round; written.
    """
    size = own.shape[1]
    apart = np.empty(size)
    for i in range(first, last):
        for k in range(size):
            apart[k] = 0.0
        for edge in range(starts[i], starts[i + 1]):
            if heard[edge]:
                penalty, other = penalties[edge], tails[edge]
                for k in range(size):
                    # Own values as they were said, too, so that what two robots find apart adds
                    # up to zero.
                    apart[k] += penalty * (arriving[other, k] - arriving[i, k])
        twice = 2.0 * weights[i]
        share = 1.0 / (1.0 + twice)
        for k in range(size):
            totals[i, k] = keep * totals[i, k] - apart[k]
            # Who is not heard counts as oneself, once for each half of its edge.
            estimates[i, k] = share * (inputs[i, k] - totals[i, k] + apart[k] + twice * own[i, k])


@_compiled
def dual_pass(
    first: int,
    last: int,
    starts: Ints,
    tails: Ints,
    penalties: Floats,
    words: Floats,
    keep: float,
    duals: Floats,
    moved: Floats,
) -> None:
    """Renew the duals of the edges of the robots first..last-1.

    Args:
        first: the first robot.
        last: one past the last one.
        starts: (N + 1,) where each robot's directed edges start.
        tails: (E,) who is heard over each.
        penalties: (E,) rho_ij, zero where nothing was heard.
        words: (R, k) what the robots said; row i is robot i's own.
        keep: what is left of the duals before.
        duals: (E, k) p_ij.
        moved: (E, k) what they are then; written.
    """
    for i in range(first, last):
        for edge in range(starts[i], starts[i + 1]):
            penalty, other = penalties[edge], tails[edge]
            for k in range(words.shape[1]):
                moved[edge, k] = keep * duals[edge, k] - penalty * (words[other, k] - words[i, k])
