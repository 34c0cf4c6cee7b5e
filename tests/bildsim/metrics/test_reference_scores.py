"""ReferenceScores, placements and draws against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from bildsim.basics.errors import UsageError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.metrics.reference_scores import SCORED_METRICS, ReferenceScores, reference_scores
from bildsim.simulation.measurements import COLUMNS
from bildsim.targets.optimal_transport import w2
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.quantisation import equal_mass_lloyd, quantise
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3, 0.1)
ROBOTS, DRAWS = 6, 150


@pytest.fixture(scope="module")
def of_banana():
    return reference_scores(named_target("banana"), ROBOTS, FAMILY, seed=1, draws=DRAWS)


def near(found, metric, expected):
    """Whether the mean over draws is within four standard errors of what it should be."""
    return abs(found.iid[metric] - expected) < 4.0 * found.iid_error[metric]


def test_the_energy_distance_of_random_draws_is_the_targets_own_spread_over_n(of_banana):
    # 2 E|X - Q| - E|X - X'| - E|Q - Q'| with X, X' from N draws of p*: X = X' in one case of N.
    cells = PointMasses.of(named_target("banana"))
    mass = cells.masses.ravel()
    spread = mass @ cdist(cells.points, cells.points) @ mass
    assert near(of_banana, "energy", spread / ROBOTS)


def test_the_ergodic_metric_of_random_draws_is_the_variance_of_the_cosines_over_n(of_banana):
    cells = PointMasses.of(named_target("banana"))
    mass, points = cells.masses.ravel(), cells.points
    wave = np.arange(11)
    scale = np.where(wave == 0, math.sqrt(0.5), 1.0)
    x, y = (scale * np.cos(wave * np.pi * (points[:, axis, None] + 1.0) / 2.0) for axis in (0, 1))
    cosines = x[:, :, None] * y[:, None, :]
    mean, square = (np.tensordot(mass, cosines**power, axes=1) for power in (1, 2))
    weights = (1.0 + np.add.outer(wave**2, wave**2)) ** -1.5
    assert near(of_banana, "ergodic", np.sum(weights * (square - mean**2)) / ROBOTS)


def test_one_robots_locational_cost_has_the_mean_and_the_error_of_a_squared_distance():
    # |q - x|^2 over the square is |x|^2 + 2/3; |x|^2 has the mean 2/3 and the variance 8/45.
    found = reference_scores(named_target("uniform"), 1, LegendreFamily(1, 0.25), seed=0, draws=150)
    assert near(found, "locational", 4.0 / 3.0)
    expected = math.sqrt(8.0 / 45.0 / 150)
    assert found.iid_error["locational"] == pytest.approx(expected, rel=0.25)


def test_the_judges_are_columns_of_the_metrics():
    assert set(SCORED_METRICS) <= set(COLUMNS)


def test_a_floor_for_every_judge_and_the_placements_own_values(of_banana):
    metric = PositionMetrics.of(named_target("banana"))
    assert set(of_banana.iid) == set(of_banana.quantised) == set(SCORED_METRICS)
    assert of_banana.placement.shape == (ROBOTS, 2)
    expected = metric.values(of_banana.placement)
    assert {name: of_banana.quantised[name] for name in expected} == expected
    for name in SCORED_METRICS:
        assert of_banana.quantised[name] < of_banana.iid[name]
    log_target = np.log(named_target("banana").on_grid(FAMILY.grid))
    assert of_banana.least_kl == FAMILY.least_kl(log_target)[1]


def test_scores_run_from_random_draws_to_the_best_placement(of_banana):
    for metric in SCORED_METRICS:
        low, high = of_banana.iid[metric], of_banana.quantised[metric]
        assert of_banana.score(metric, low) == 0.0
        assert of_banana.score(metric, high) == 1.0
        assert of_banana.score(metric, 2.0 * low - high) == pytest.approx(-1.0)
        if metric != "kl_fit":
            assert of_banana.score(metric, of_banana.thresholds[metric]) == pytest.approx(0.5)
    assert of_banana.thresholds["kl_fit"] == of_banana.least_kl + 0.02


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    def all_of(found: ReferenceScores):
        return found.iid, found.iid_error, found.quantised, found.placement.tobytes()

    first, again, other = (
        reference_scores(named_target("ring"), 4, FAMILY, seed, 3) for seed in (2, 2, 3)
    )
    assert all_of(first) == all_of(again)
    assert first.iid["w2"] != other.iid["w2"]


@pytest.mark.parametrize("numbers", [(0, 5), (5, 1)])
def test_too_few_robots_or_draws_are_refused(numbers):
    with pytest.raises(UsageError, match="not possible: it must be"):
        reference_scores(named_target("ring"), numbers[0], FAMILY, draws=numbers[1])


def test_one_robot_is_placed_at_the_mean():
    cells = PointMasses.of(named_target("gmm3"), 80)
    mean = cells.masses.ravel() @ cells.points
    found = quantise(named_target("gmm3"), 1, np.random.default_rng(0))
    assert found == pytest.approx(mean[None], abs=1e-12)


def test_four_robots_share_the_square_in_quarters():
    found = quantise(named_target("uniform"), 4, np.random.default_rng(0))
    quarters = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
    assert sorted(found.round(3).tolist()) == quarters.tolist()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**16))
def test_each_placed_robot_is_at_the_centre_of_its_equal_share(seed):
    # As many cells as three a robot, all alike: transport is then an assignment.
    cells = PointMasses(np.full((6, 6), 1.0 / 36.0))
    start = np.random.default_rng(seed).uniform(-1.0, 1.0, (12, 2))
    end, last = equal_mass_lloyd(start, cells)
    thrice = np.repeat(end, 3, axis=0)
    squared = cdist(thrice, cells.points, "sqeuclidean")
    chosen = linear_sum_assignment(squared)[1]
    centres = cells.points[chosen].reshape(12, 3, 2).mean(axis=1)
    assert w2(end, cells) <= last + 1e-12
    assert last <= w2(start, cells) + 1e-12
    moved = np.linalg.norm(centres - end, axis=1)
    better = (
        squared[np.arange(36), chosen].mean()
        - cdist(np.repeat(centres, 3, axis=0), cells.points, "sqeuclidean")[
            np.arange(36), chosen
        ].mean()
    )
    assert better == pytest.approx(np.mean(moved**2), abs=1e-12)


def test_draws_follow_the_target():
    target, robots = named_target("gmm4"), 40_000
    drawn = Sampler(target).draw(robots, np.random.default_rng(0))
    assert np.abs(drawn).max() < 1.0
    counts, *_ = np.histogram2d(drawn[:, 1], drawn[:, 0], bins=np.linspace(-1.0, 1.0, 11))
    share = PointMasses.of(target, 400).masses.reshape(10, 40, 10, 40).sum(axis=(1, 3))
    expected = robots * share
    chi_squared = np.sum((counts - expected) ** 2 / expected)
    assert chi_squared < 99.0 + 5.0 * math.sqrt(2.0 * 99.0)


def test_draws_are_spread_evenly_inside_a_cell():
    drawn = Sampler(named_target("uniform")).draw(20_000, np.random.default_rng(1))
    inside = np.mod(drawn * 200.0, 1.0)
    assert inside.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.01)
    assert inside.std(axis=0) == pytest.approx([1.0 / math.sqrt(12.0)] * 2, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "best"),
    [
        ("uniform", 0.083),
        ("gmm3", 0.072),
        ("gmm4", 0.072),
        ("ring", 0.063),
        ("banana", 0.063),
        ("letter_E", 0.058),
    ],
)
def test_a_hundred_placed_robots_are_as_near_as_a_prototype_found(name, best):
    found = quantise(named_target(name), 100, np.random.default_rng(0))
    assert PositionMetrics.of(named_target(name)).w2(found) == pytest.approx(best, rel=0.05)
