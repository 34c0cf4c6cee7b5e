"""Targets that are drawn: mixtures of a few round Gaussians anywhere in C."""

from functools import partial

import numpy as np

from bildsim.targets.target import Gaussian, Target, mixture

MOST_PARTS = 4
_FARTHEST = 0.75
_SD_M = (0.1, 0.35)
_LEAST_WEIGHT = 0.2


def random_mixture(rng: np.random.Generator) -> Target:
    """Draw a mixture of 1 to 4 round Gaussians, each as likely.

    Means lie evenly in [-0.75, 0.75]^2, standard deviations evenly from 0.1 to 0.35 m, and weights
    are drawn evenly from 0.2 to 1 before they are normalised.

    Args:
        rng: draws it.
    """
    count = int(rng.integers(1, MOST_PARTS + 1))
    means = rng.uniform(-_FARTHEST, _FARTHEST, (count, 2))
    spreads, weights = rng.uniform(*_SD_M, count), rng.uniform(_LEAST_WEIGHT, 1.0, count)
    parts = tuple(
        Gaussian((float(x), float(y)), float(sd), float(weight))
        for (x, y), sd, weight in zip(means, spreads, weights / weights.sum(), strict=True)
    )
    shape = partial(mixture, parts=parts)
    return Target("mixture", shape, sum(part.mass for part in parts))


def parts_of(target: Target) -> tuple[Gaussian, ...]:
    """Return the Gaussians of a mixture that was drawn; nothing for any other target."""
    shape = target.shape
    return tuple(shape.keywords.get("parts", ())) if isinstance(shape, partial) else ()
