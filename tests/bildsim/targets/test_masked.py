"""Targets among obstacles: 0 in them, normalised beside them, with draws and places that follow."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.density.legendre_family import LegendreFamily
from bildsim.obstacles.reading import obstacles_of
from bildsim.obstacles.shapes import NOWHERE
from bildsim.targets.masked import avoiding
from bildsim.targets.moving_target import target_by_name
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.quantisation import quantise
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import FINE_GRID, named_target

AROUND = obstacles_of("disc:0.1,0.1,0.2 box:-0.45,0.35,0.3,0.2,30").grown(0.025)
GRID = Grid(0.05)
TARGET = avoiding(named_target("gmm3"), AROUND)


def test_it_is_zero_in_obstacles_and_integrates_to_one():
    blocked = AROUND.covers(FINE_GRID.points)
    density = TARGET.density(FINE_GRID.points)
    assert blocked.any()
    np.testing.assert_array_equal(density[blocked], 0.0)
    assert (density[~blocked] > 0.0).all()
    assert float(FINE_GRID.integrate(density)) == pytest.approx(1.0, abs=1e-12)
    on_grid = TARGET.on_grid(GRID)
    np.testing.assert_array_equal(on_grid[AROUND.covers(GRID.points)], 0.0)
    assert float(GRID.integrate(on_grid)) == pytest.approx(1.0, abs=1e-12)


def test_beside_them_it_is_as_it_was_but_for_a_factor():
    free = ~AROUND.covers(GRID.points)
    ratio = TARGET.density(GRID.points)[free] / named_target("gmm3").density(GRID.points)[free]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)
    assert ratio[0] > 1.0


def test_without_obstacles_it_is_the_same_object():
    target = named_target("ring")
    assert avoiding(target, NOWHERE) is target
    assert avoiding(TARGET, AROUND) is TARGET


def test_the_logarithm_is_finite_and_counts_nothing_in_obstacles():
    log = TARGET.log_on_grid(GRID)
    blocked = AROUND.covers(GRID.points)
    assert np.isfinite(log).all()
    np.testing.assert_array_equal(log[blocked], 0.0)
    np.testing.assert_array_equal(log[~blocked], np.log(TARGET.on_grid(GRID)[~blocked]))


def test_nobody_is_drawn_or_placed_in_them():
    drawn = Sampler(TARGET).draw(3000, np.random.default_rng(0))
    assert not AROUND.covers(drawn).any()
    places = quantise(TARGET, 12, np.random.default_rng(0), starts=1, resolution=40)
    assert not AROUND.covers(places).any()
    masses = PointMasses.of(TARGET)
    assert masses.masses.ravel()[AROUND.covers(masses.points)].max() == 0.0


def test_the_family_holds_it_to_what_is_left():
    """A density of the family beside obstacles is as near to itself as can be."""
    family = LegendreFamily(4, 0.05, AROUND)
    theta = np.random.default_rng(1).normal(0.0, 0.3, family.size)
    density = family.density(theta)
    np.testing.assert_array_equal(density[family.blocked], 0.0)
    log = np.log(density, out=np.zeros_like(density), where=density > 0.0)
    assert family.kl(theta, log) == pytest.approx(0.0, abs=1e-12)
    # The mean of phi by the kernels is that over what is left.
    weights = density * family.grid.area_weights
    mean = np.tensordot(weights, family.statistics(family.grid.points), axes=2)
    np.testing.assert_allclose(family.moments(theta), mean, atol=1e-12)


def test_one_that_moves_is_masked_at_each_moment_and_rests_where_it_rested():
    course = avoiding(target_by_name("split"), AROUND)
    for time_s in (0.0, 5.0, 12.0):
        on_grid = course.at(time_s).on_grid(GRID)
        np.testing.assert_array_equal(on_grid[AROUND.covers(GRID.points)], 0.0)
    assert course.at(30.0) is course.at(40.0)


def test_a_target_that_lies_in_an_obstacle_is_refused():
    with pytest.raises(
        UsageError, match=r"target='moving_gauss' lies in obstacle='disc:0.5,0,0.8'"
    ):
        avoiding(target_by_name("moving_gauss"), obstacles_of("disc:0.5,0,0.8"))
