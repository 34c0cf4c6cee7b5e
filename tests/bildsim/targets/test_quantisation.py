"""Places of equal mass that are as near to the target as the search gets."""

import numpy as np
import pytest

from bildsim.targets.optimal_transport import barycentres, w2
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.quantisation import equal_mass_lloyd, quantise
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")


def test_where_robots_end_they_stand_in_the_middle_of_their_mass():
    cells = PointMasses.of(TARGET, 24)
    start = Sampler(TARGET).draw(5, np.random.default_rng(0))
    places, distance = equal_mass_lloyd(start, cells)
    middles, last = barycentres(places, cells)
    assert np.abs(middles - places).max() < 1e-3
    assert last <= distance <= w2(start, cells)


def test_one_robot_stands_at_the_mean():
    cells = PointMasses.of(TARGET, 24)
    places, _ = equal_mass_lloyd(np.array([[0.9, -0.9]]), cells)
    mean = cells.masses.ravel() @ cells.points
    np.testing.assert_allclose(places[0], mean, atol=1e-12)


def test_more_starts_are_never_worse_and_seeds_repeat():
    cells = PointMasses.of(TARGET, 30)

    def placed(starts):
        return quantise(TARGET, 10, np.random.default_rng(1), starts=starts, resolution=30)

    one, three = placed(1), placed(3)
    assert w2(three, cells) <= w2(one, cells) + 1e-9
    assert placed(3).tobytes() == three.tobytes()


@pytest.mark.parametrize("robots", [4, 16])
def test_it_is_better_than_any_of_its_draws(robots):
    cells = PointMasses.of(TARGET, 30)
    found = w2(quantise(TARGET, robots, np.random.default_rng(0), resolution=30), cells)
    rng = np.random.default_rng(2)
    drawn = [w2(Sampler(TARGET).draw(robots, rng), cells) for _ in range(5)]
    assert found < min(drawn)
