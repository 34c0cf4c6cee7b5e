"""Independent draws: each robot for itself, from p*, by the generator alone."""

import numpy as np

from bildsim.controllers.baselines.reference.iid import IndependentDraws
from bildsim.controllers.planner import Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.target import named_target

PROBLEM = Problem(named_target("ring"), LegendreFamily(2), 1e-4, 0.02)


def places(robots, seed=0, start=0.0):
    rng = np.random.default_rng(seed)
    return IndependentDraws(PROBLEM).places(np.full((robots, 2), start), rng)


def test_places_are_the_generators_and_do_not_depend_on_where_robots_start():
    np.testing.assert_array_equal(places(20), places(20, start=0.7))
    assert (places(20) != places(20, seed=1)).any(axis=1).all()


def test_many_places_have_the_mean_of_the_target():
    grid = PROBLEM.family.grid
    density = PROBLEM.target.on_grid(grid)
    radius = np.hypot(grid.points[..., 0], grid.points[..., 1])
    expected = float(grid.integrate(density * radius))
    drawn = np.hypot(*places(20_000).T)
    # Four standard errors, and what the quadrature of a radius, which has a kink at 0, is off.
    assert abs(drawn.mean() - expected) < 4.0 * drawn.std() / np.sqrt(20_000) + 1e-3


def test_draws_are_independent_of_each_other():
    """No more order among neighbours than among strangers: x of one says nothing of the next."""
    x = places(20_000)[:, 0]
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 4.0 / np.sqrt(20_000)
