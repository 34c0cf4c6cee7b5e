"""Draws from a target, counted."""

import numpy as np

from bildsim.targets.point_masses import PointMasses
from bildsim.targets.sampling import Sampler
from tests.controllers.baselines.transport.helpers import TARGET


def test_draws_have_the_density_of_the_target():
    points = Sampler(TARGET).draw(40_000, np.random.default_rng(0))
    found, _, _ = np.histogram2d(*points.T, bins=10, range=[[-1, 1], [-1, 1]])
    fine = PointMasses.of(TARGET, 200).masses.T.reshape(10, 20, 10, 20).sum(axis=(1, 3))
    # Four standard deviations of a count of 40,000 draws.
    assert (np.abs(found / 40_000 - fine) < 4 * np.sqrt(fine / 40_000)).all()
