"""Moments of a run, from its directory and from its result: the same."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.programs.plots.stills import recorded
from bildsim.programs.run.session import Session
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.targets.target import named_target


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    place = tmp_path_factory.mktemp("still") / "results"
    config = RunConfig(
        planner="cvt",
        duration=0.6,
        swarm=SwarmSettings(robots=7, dynamics="ideal"),
        output=OutputSettings(out=place, quiet=True),
    )
    assert Session(config).execute().status == "done"
    return place, list(Simulation(config).ticks())


def test_a_directory_says_what_the_simulation_did(results):
    place, ticks = results
    family = LegendreFamily(6, 0.05)
    for still, tick in zip(
        recorded(place).stills([0.0, 0.31, None]), (ticks[0], ticks[3], ticks[-1]), strict=True
    ):
        assert still.time_s == tick.time_s
        np.testing.assert_array_equal(still.pose, tick.pose)
        np.testing.assert_allclose(still.fitted, family.density(tick.theta), atol=1e-6)
        np.testing.assert_array_equal(still.target, tick.target.on_grid(family.grid))
        assert still.radius == 0.025


def test_a_result_says_the_same_and_its_own_target_counts(results):
    place, _ = results
    known = recorded(place)
    own = SimpleNamespace(config=known.config, trajectory=known, target=named_target("ring"))
    (still,), (same,) = recorded(own).stills([None]), known.stills([None])
    np.testing.assert_array_equal(still.fitted, same.fitted)
    assert (still.target != same.target).any()
    nameless = SimpleNamespace(config=known.config, trajectory=known)
    np.testing.assert_array_equal(recorded(nameless).stills([None])[0].target, same.target)


def test_those_outside_the_swarm_are_not_fitted(results):
    known = recorded(results[0])
    known.active[-1, 0] = False
    (still,) = known.stills([None])
    family = LegendreFamily(6, 0.05)
    mean = family.statistics(known.pose[-1, 1:, :2]).mean(axis=0)
    np.testing.assert_array_equal(still.fitted, family.density(family.fit(mean, 1e-4)))


@pytest.mark.parametrize("time_s", [-0.2, 0.7, float("nan")])
def test_a_time_that_is_not_in_the_run_is_refused(results, time_s):
    with pytest.raises(UsageError, match=r"is not in the run: allowed is 0 to 0\.6 s"):
        recorded(results[0]).stills([time_s])


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(UsageError, match="holds no results of a run: "):
        recorded(tmp_path)
    (tmp_path / "bench.json").write_text("{}")
    with pytest.raises(UsageError, match=r"holds a comparison of many runs, .* bildsim run --out"):
        recorded(tmp_path)
    with pytest.raises(UsageError, match=r"what bildsim\.simulate returned, not dict"):
        recorded({})


def test_in_a_wide_arena_robots_are_as_large_as_they_are(results):
    known = recorded(results[0])
    swarm = replace(known.config.swarm, arena_width=8.0)
    (still,) = replace(known, config=replace(known.config, swarm=swarm)).stills([None])
    assert (still.radius, still.unit_m) == (0.025 / 4.0, 4.0)
