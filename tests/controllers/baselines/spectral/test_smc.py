"""Spectral multiscale coverage: full speed down the metric of all paths."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.spectral.smc import SpectralCoverage
from bildsim.controllers.consensus.averaging import track
from bildsim.controllers.step_limit import limited, off_the_walls
from tests.controllers.baselines.spectral.helpers import (
    PROBLEM,
    ergodic_metric,
    observe,
    scatter,
    slope,
)


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


def test_full_speed_must_be_finite():
    with pytest.raises(UsageError, match="max_speed=inf"):
        SpectralCoverage(replace(PROBLEM, max_step=np.sqrt(8.0)))


def test_perfect_links_change_no_bit():
    problem = replace(PROBLEM, max_step=0.02, rounds=3)
    planner, positions = SpectralCoverage(problem, order=5), scatter(12)
    cosines = planner.cosines
    state = planner.init(observe(positions, "ring"), np.random.default_rng(0))
    estimates = before = cosines.values(positions)
    sums = np.zeros_like(before)
    for tick in range(6):
        observation = observe(positions, "ring")
        sums = sums + cosines.values(positions)
        now = sums / (tick + 1)
        estimates, before = track(observation.network, estimates, before, now, 3), now
        error = cosines.sobolev_weights * (estimates - cosines.means)
        ascent = cosines.gradient(off_the_walls(positions), error)
        length = np.hypot(*ascent.T)[:, None]
        expected = limited(positions, positions - 0.02 * ascent / length, 0.02)
        positions, state = planner.plan(state, observation)
        np.testing.assert_array_equal(positions, expected)
    state.require_sound()
    with pytest.raises(ValueError, match="rows"):
        replace(state, sums=sums[:-1]).require_sound()
