"""A small policy of random weights, for tests."""

from itertools import pairwise

import numpy as np

from bildsim.controllers.learned.policy import Policy
from bildsim.controllers.learned.senses import Senses

SENSES = Senses(neighbours=3, patch_cells=3, order=3)


def make_policy(seed=0, senses=SENSES, width=8):
    rng = np.random.default_rng(seed)
    sizes = (senses.size, width, width, 2)
    layers = tuple(
        (rng.standard_normal((i, o)) / np.sqrt(i), 0.1 * rng.standard_normal(o))
        for i, o in pairwise(sizes)
    )
    centre, scale = rng.standard_normal(senses.size), rng.uniform(0.5, 2.0, senses.size)
    return Policy(senses, centre, scale, layers, {"seed": str(seed)})
