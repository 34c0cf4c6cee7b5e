"""A damped Newton step in place of one gradient step of (7), as far as r_i has settled.

Gradient steps learn slowly where H is small: along its least eigenvalues, 1 / 300 of the largest
for a uniform swarm of order 6, an error takes a hundred rounds to halve, and the swarm steers by
old estimates for so long. A Newton step learns all directions alike; but it is as good as r_i, and
along those directions it magnifies whatever r_i is wrong by.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.algorithm import BildMacro, MacroState

SETTLED = 0.01
"""Innovation of r_i, in the norm of H(y_i)^-1, from which on less than half of a Newton step is
made of it."""
TRUSTED = 0.25
"""Newton's decrement from which on an estimate is trusted less than half: half its square, .03, is
by how many nats the robot expects to be wrong. Over er:0.5 robots on their way are at .03 to .1
after ten ticks; over a ring of 100 robots, where r_i never settles, above."""


class Correction(NamedTuple):
    """What one round of (7) is to take from the mean of the neighbours' y_j.

    Attributes:
        trust: (N,) how far each robot trusts its estimate, from 0 to 1.
        descent: (N, m) its Newton step and its gradient step, mixed.
    """

    trust: Floats
    descent: Floats


def correction(algorithm: BildMacro, before: MacroState, after: MacroState) -> Correction:
    """Return the correction that each robot makes of what it holds before and after a round.

        n_i = H(y_i)^-1 r_i,    l_i = sqrt(r_i . n_i)
        e_i = (r_i^+ - r_i) - (grad_2 g_i^+ - grad_2 g_i) = sum_j a_ij r_j - r_i
        t_i = 1 / (1 + (l_i / TRUSTED)^2)                          the trust
        s_i = 1 / (1 + (l_i / TRUSTED)^2 + l_i + (e_i . H(y_i)^-1 e_i) / SETTLED^2)
        d_i = s_i n_i + (1 - s_i) gamma_i r_i

    l_i is Newton's decrement, with which 1 / (1 + l_i) keeps the step where the quadratic model
    holds (Boyd, Vandenberghe, Convex Optimization, 2004, section 9.6). The innovation e_i is what
    r_i has learned from others in the round, whatever consensus it comes from: while it is large,
    r_i is not the mean yet. Where consensus is slow it is small and r_i wrong all the same; Newton
    steps then feed the y_i's differences, l_i stays large, and the robot leaves them off. H is the
    robot's own: with q_i, a mean over H(y_j), a robot whose y_i lies apart may overshoot, and on
    sparse graphs robots did.

    Args:
        algorithm: Algorithm 1 with its settings.
        before: the state before the last round.
        after: the state after it.
    """
    old, new = before.fields, after.fields
    innovation = (new.r - old.r) - (new.slope - old.slope)
    newton, heard = algorithm.own_solve(after, np.stack([new.r, innovation]))
    decrement = np.sqrt(_products(new.r, newton))
    unsettled = _products(innovation, heard) / SETTLED**2
    doubt = (decrement / TRUSTED) ** 2
    share = (1.0 / (1.0 + doubt + decrement + unsettled))[:, None]
    gradient = algorithm.descent(new, after.rounds)
    return Correction(1.0 / (1.0 + doubt), share * newton + (1.0 - share) * gradient)


def _products(first: Floats, second: Floats) -> Floats:
    """Return the inner product of each pair of rows, not below 0 whatever rounding does."""
    return np.asarray(np.maximum(np.einsum("nm,nm->n", first, second), 0.0))
