"""Where the moments are to go: least KL of the fit, p*'s own; and what the metric does."""

import numpy as np
import pytest

from bildsim.controllers.moments.goal import moment_goal, statistic_scales
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import named_target

FAMILY, RIDGE = LegendreFamily(4), 1e-4
TARGETS = pytest.mark.parametrize("name", ["gmm3", "banana"])


def goal_of(name, share=0.0, **more):
    target = named_target(name)
    log_target = np.log(target.on_grid(FAMILY.grid))
    return moment_goal(target, log_target, FAMILY, RIDGE, share, **more), target, log_target


def raster(target, count=151):
    """Return points and p*'s shares on a raster of its own."""
    masses = PointMasses.of(target, count)
    return masses.points, masses.masses.ravel()


@TARGETS
def test_all_of_the_share_are_the_targets_own_moments(name):
    goal, target, _ = goal_of(name, 1.0)
    points, shares = raster(target)
    expected = shares @ FAMILY.statistics(points)
    np.testing.assert_allclose(goal.moments, expected, rtol=0, atol=2e-4)


@TARGETS
def test_the_fit_at_the_other_end_is_the_best_there_is(name):
    """Moments around it, p*'s own among them, have fits of greater KL."""
    goal, _, log_target = goal_of(name, 0.0)
    rng = np.random.default_rng(0)
    own = goal_of(name, 1.0)[0].moments
    least = FAMILY.least_kl(log_target)[1]
    found, *others = (
        FAMILY.kl(FAMILY.fit(moments, RIDGE), log_target)
        for moments in (
            goal.moments,
            own,
            *(goal.moments + 0.01 * rng.standard_normal((4, FAMILY.size))),
        )
    )
    assert found == pytest.approx(least, abs=1e-7)
    assert min(others) > found


@TARGETS
def test_a_share_is_in_between(name):
    ends = [goal_of(name, share)[0].moments for share in (0.0, 1.0)]
    np.testing.assert_allclose(
        goal_of(name, 0.3)[0].moments, 0.7 * ends[0] + 0.3 * ends[1], rtol=0, atol=1e-14
    )


@TARGETS
def test_moving_what_stands_like_the_target_takes_the_error_away(name):
    """By finite differences on a raster of its own, with next to no ridge."""
    goal, target, _ = goal_of(name, ridge=1e-9)
    points, shares = raster(target)
    rng, small = np.random.default_rng(1), 1e-5
    for _ in range(3):
        error = rng.standard_normal(FAMILY.size)
        z = np.broadcast_to(goal.metric @ error, (len(points), FAMILY.size)).copy()
        move = -small * FAMILY.ascent(points, z)
        there, back = (shares @ FAMILY.statistics(points + sign * move) for sign in (1.0, -1.0))
        np.testing.assert_allclose((there - back) / (2.0 * small), -error, rtol=0, atol=0.03)


@TARGETS
def test_with_the_ridge_no_direction_swings(name):
    """All rates at which errors shrink are above 0 and at most 1, most of them near it."""
    goal, target, _ = goal_of(name)
    rates = rates_of(goal, *raster(target))
    assert rates.min() > 0.0
    assert rates.max() <= 1.0 + 1e-3
    assert np.median(rates) >= 0.7


@TARGETS
def test_so_it_is_for_robots_drawn_from_the_target(name):
    goal, target, _ = goal_of(name)
    robots = Sampler(target).draw(40_000, np.random.default_rng(2))
    rates = rates_of(goal, robots, np.full(len(robots), 1.0 / len(robots)))
    expected = rates_of(goal, *raster(target))
    assert rates.min() > 0.0
    assert np.median(rates) == pytest.approx(np.median(expected), abs=0.05)


def rates_of(goal, points, shares):
    """Return the share of each direction's error that a whole move takes away."""
    slopes = FAMILY.gradient(points)
    spread = sum(slopes[:, axis].T @ (shares[:, None] * slopes[:, axis]) for axis in (0, 1))
    rates = np.linalg.eigvals(spread @ goal.metric)
    assert np.abs(rates.imag).max() <= 1e-9
    return rates.real


@TARGETS
def test_the_metric_is_symmetric_and_positive(name):
    metric = goal_of(name)[0].metric
    np.testing.assert_allclose(metric, metric.T, rtol=0, atol=1e-12 * np.abs(metric).max())
    assert np.linalg.eigvalsh(metric).min() > 0.0


def test_scaled_statistics_have_unit_mean_square():
    nodes, weights = np.polynomial.legendre.leggauss(12)
    points = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    squares = (statistic_scales(FAMILY) * FAMILY.statistics(points)) ** 2
    mean = np.outer(weights, weights).ravel() @ squares / 4.0
    np.testing.assert_allclose(mean, 1.0, rtol=0, atol=1e-12)
