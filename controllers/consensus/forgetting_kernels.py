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
    totals: Floats,
    arriving: Floats,
    inputs: Floats,
    own: Floats,
    keep: float,
    duals: Floats,
    estimates: Floats,
) -> None:
    """Renew the duals and the estimates of the robots first..last-1.

    Args:
        first: the first robot.
        last: one past the last one.
        starts: (N + 1,) where each robot's directed edges start.
        tails: (E,) who is heard over each.
        heard: (E,) whether the message over it arrives.
        penalties: (E,) rho_ij.
        totals: (N,) sum_j rho_ij.
        arriving: (N, k) what the messages that arrive now said; a robot's own among them.
        inputs: (N, k) u_i.
        own: (N, k) s_i before the round.
        keep: 1 - e.
        duals: (N, k) p_i; changed.
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
        twice = 2.0 * totals[i]
        share = 1.0 / (1.0 + twice)
        for k in range(size):
            duals[i, k] = keep * duals[i, k] - apart[k]
            # Who is not heard counts as oneself, once for each half of its edge.
            estimates[i, k] = share * (inputs[i, k] - duals[i, k] + apart[k] + twice * own[i, k])
