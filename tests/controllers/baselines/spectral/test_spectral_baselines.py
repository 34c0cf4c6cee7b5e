"""Ergodic planners and the energy flow: gradients against differences, tracking against means."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import dblquad

from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.kernels.mmd import EnergyFlow
from bildsim.controllers.baselines.spectral.cosine_basis import Cosines
from bildsim.controllers.baselines.spectral.ergodic import ErgodicDescent
from bildsim.controllers.baselines.spectral.smc import SpectralCoverage
from bildsim.controllers.consensus.averaging import track
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
# Room for any step, so that a move shows its gradient.
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 1.5, rounds=1)


def scatter(robots, seed=0, spread=0.9):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def observe(positions, spec="complete"):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def slope(value, positions, step=1e-5):
    """Return the gradient of a function of all positions by central differences, (N, 2)."""
    result = np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        nudge = np.zeros_like(positions)
        nudge[place] = step
        result[place] = (value(positions + nudge) - value(positions - nudge)) / (2 * step)
    return result


def test_cosines_have_unit_norm_and_stand_apart():
    cosines = Cosines(TARGET, 3)

    def product(a, b):
        def integrand(y, x):
            values = cosines.values(np.array([[x, y]]))[0]
            return values[a] * values[b]

        return dblquad(integrand, -1, 1, -1, 1, epsabs=1e-6)[0]

    assert product(0, 0) == pytest.approx(1.0, abs=1e-5)
    assert product(6, 6) == pytest.approx(1.0, abs=1e-5)
    assert product(2, 6) == pytest.approx(0.0, abs=1e-5)


def test_means_are_those_of_the_target():
    cosines = Cosines(TARGET, 4)
    cells = PointMasses.of(TARGET, 160)
    expected = cells.masses.ravel() @ cosines.values(cells.points)
    np.testing.assert_allclose(cosines.means, expected, atol=2e-4)


def ergodic_metric(cosines, positions):
    error = cosines.values(positions).mean(axis=0) - cosines.means
    return float(cosines.sobolev_weights @ error**2)


def test_the_metric_is_that_of_the_position_metrics():
    positions = scatter(20)
    found = ergodic_metric(Cosines(TARGET, 10), positions)
    assert found == pytest.approx(PositionMetrics.of(TARGET).ergodic(positions), rel=0.05)


def test_ergodic_robots_descend_the_metric():
    """On a complete network one round gives everybody the true mean."""
    planner, positions = ErgodicDescent(PROBLEM, order=5, step=0.05), scatter(9)
    state = planner.init(observe(positions), np.random.default_rng(0))
    waypoints, _ = planner.plan(state, observe(positions))
    gradient = slope(lambda x: ergodic_metric(planner.cosines, x), positions)
    # Leaving out 2 / N makes the step that of one robot, however many there are.
    expected = -planner.step * 9 / 2 * gradient
    np.testing.assert_allclose(waypoints - positions, expected, rtol=1e-5, atol=1e-9)


def test_the_ergodic_metric_falls_over_a_sparse_network():
    problem = replace(PROBLEM, max_step=0.02, rounds=5)
    planner, positions = ErgodicDescent(problem), scatter(30, 1)
    state = planner.init(observe(positions, "ring"), np.random.default_rng(0))
    before = ergodic_metric(planner.cosines, positions)
    for _ in range(150):
        positions, state = planner.plan(state, observe(positions, "ring"))
    assert ergodic_metric(planner.cosines, positions) < 0.1 * before


def test_tracking_keeps_the_sum_and_finds_the_mean():
    rng = np.random.default_rng(2)
    network = observe(scatter(10), "knn:3").network
    estimates = before = rng.standard_normal((10, 4))
    for _ in range(5):
        now = rng.standard_normal((10, 4))
        estimates = track(network, estimates, before, now, 2)
        before = now
        np.testing.assert_allclose(estimates.sum(axis=0), now.sum(axis=0), atol=1e-13)
    estimates = track(network, estimates, before, before, 800)
    np.testing.assert_allclose(estimates, np.broadcast_to(before.mean(axis=0), (10, 4)), atol=1e-9)


def test_sparse_and_dense_networks_track_alike():
    """A ring of 60 is multiplied as a sparse matrix, its dense form by hand here."""
    positions = scatter(60)
    network = observe(positions, "ring").network
    old, new = positions, scatter(60, 1)
    dense = network.matrix().toarray()
    expected = dense @ (dense @ (old + (new - old)))
    np.testing.assert_allclose(track(network, old, old, new, 2), expected, atol=1e-14)


@pytest.mark.parametrize(("planner", "numbers"), [(ErgodicDescent, 35), (SpectralCoverage, 35)])
def test_a_message_is_one_number_a_cosine(planner, numbers):
    made, positions = planner(replace(PROBLEM, rounds=3), order=5), scatter(6)
    state = made.init(observe(positions), np.random.default_rng(0))
    _, state = made.plan(state, observe(positions))
    assert made.report(state).traffic.bytes.tolist() == [5 * 3 * numbers * 8] * 6


def test_spectral_coverage_drives_at_full_speed_down_the_metric_of_its_paths():
    problem = replace(PROBLEM, max_step=0.02)
    planner, positions = SpectralCoverage(problem, order=5), scatter(6, 3)
    state = planner.init(observe(positions), np.random.default_rng(0))
    path = []
    for _ in range(4):
        path.append(positions)
        before = positions
        positions, state = planner.plan(state, observe(positions))

    def of_paths(now):
        return ergodic_metric(planner.cosines, np.concatenate([*path[:-1], now]))

    downhill = -slope(of_paths, before)
    length = np.linalg.norm(downhill, axis=1, keepdims=True)
    np.testing.assert_allclose(positions - before, 0.02 * downhill / length, rtol=1e-4)


def test_spectral_coverage_covers_in_the_mean_over_time():
    problem = replace(PROBLEM, max_step=0.02, rounds=2)
    planner, positions = SpectralCoverage(problem), scatter(10, 4)
    state = planner.init(observe(positions), np.random.default_rng(0))
    path = []
    for _ in range(400):
        positions, state = planner.plan(state, observe(positions))
        path.append(positions)
    over_time = ergodic_metric(planner.cosines, np.concatenate(path))
    at_moments = np.mean([ergodic_metric(planner.cosines, moment) for moment in path[200::20]])
    assert over_time < 0.05 * at_moments


def energy(cells, positions):
    """The energy distance less its constant, by loops over pairs of everything."""
    across = np.linalg.norm(positions[:, None] - cells.points, axis=2) @ cells.masses.ravel()
    within = np.linalg.norm(positions[:, None] - positions, axis=2).mean()
    return float(2 * across.mean() - within)


def test_energy_robots_descend_the_energy_distance():
    planner, positions = EnergyFlow(PROBLEM, step=0.1), scatter(7, 5)
    gradient = slope(lambda x: energy(PointMasses.of(TARGET, 50), x), positions)
    expected = -planner.step * 7 / 2 * gradient
    np.testing.assert_allclose(planner.goals(positions) - positions, expected, rtol=1e-5, atol=1e-8)


def test_the_energy_distance_falls():
    planner = EnergyFlow(replace(PROBLEM, max_step=0.02))
    metric, positions = PositionMetrics.of(TARGET), scatter(30, 6)
    state = planner.init(observe(positions), np.random.default_rng(0))
    before = metric.energy_distance(positions)
    for _ in range(120):
        positions, state = planner.plan(state, observe(positions))
    assert metric.energy_distance(positions) < 0.1 * before


def test_robots_in_one_place_feel_no_push_from_each_other():
    positions = np.full((3, 2), 0.1)
    goals = EnergyFlow(PROBLEM).goals(positions)
    assert np.isfinite(goals).all()
    np.testing.assert_array_equal(goals[0], goals[1])


def test_full_speed_must_be_finite():
    with pytest.raises(UsageError, match="max_speed=inf"):
        SpectralCoverage(replace(PROBLEM, max_step=np.sqrt(8.0)))
