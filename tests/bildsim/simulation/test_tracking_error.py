"""How far swarms are behind targets that move: means over time, of runs and of trials."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.metrics.reference_scores import reference_scores
from bildsim.programs.sweep.reference_tasks import (
    ReferenceSpec,
    compute_reference_scores,
    read_reference_scores,
)
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.runner import Trial
from bildsim.programs.sweep.trial import run_trial
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.measurements import Measurements
from bildsim.simulation.tracking_error import TrackingError
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import target_by_name
from tests.bildsim.simulation.running import run

FAST = MotionSettings(target_speed=0.2)
SMALL = RunConfig(
    target="moving_gauss",
    motion=FAST,
    duration=1.0,
    rounds=2,
    swarm=SwarmSettings(robots=10, dynamics="kinematic"),
)


def test_the_tracking_error_is_the_mean_after_a_quarter():
    config = replace(SMALL, duration=4.0, planner="static")
    simulation, ticks = run(config)
    watch = Measurements(ticks[0].target, simulation.family, 0.025, TrackingError(4.0))
    for tick in ticks:
        watch.follow(tick)
    row = watch.row(ticks[-1])
    course = target_by_name("moving_gauss", speed=0.2)
    w2 = [PositionMetrics.of(course.at(k)).w2(ticks[10 * k].pose[:, :2]) for k in (1, 2, 3, 4)]
    assert row["w2_mean"] == pytest.approx(np.mean(w2))
    assert row["kl_fit_mean"] == pytest.approx(np.mean([tick.kl_fit for tick in ticks[10:]]))
    assert row["w2"] == pytest.approx(w2[-1])


def test_the_tracking_error_is_that_of_the_living():
    config = replace(SMALL, duration=2.0, planner="static", faults=Faults(dead="0.4@1"))
    simulation, ticks = run(config)
    watch = Measurements(ticks[0].target, simulation.family, 0.025, TrackingError(2.0))
    for tick in ticks:
        watch.follow(tick)
    last = ticks[-1]
    assert last.active.sum() == 6
    course = target_by_name("moving_gauss", speed=0.2)
    seen = [(course.at(t.time_s), t.pose[t.active, :2]) for t in (ticks[10], last)]
    w2 = [PositionMetrics.of(target).w2(positions) for target, positions in seen]
    assert watch.row(last)["w2_mean"] == pytest.approx(np.mean(w2))


def test_before_a_quarter_there_is_no_tracking_error():
    assert TrackingError(4.0).values() == {}


def test_a_trial_is_scored_where_the_target_is_at_the_end():
    config = replace(SMALL, planner="static", duration=2.0)
    spec = ReferenceSpec.of(config)
    assert (spec.at_s, spec.speed, spec.time_s) == (2.0, 0.2, None)
    spec = replace(spec, robots=3, order=1, grid_step=0.25)
    found = read_reference_scores(compute_reference_scores(spec))
    last = target_by_name("moving_gauss", speed=0.2).at(2.0)
    assert reference_scores(last, 3, LegendreFamily(1, 0.25)).iid == found.iid
    assert ReferenceSpec.of(replace(config, target="ring", motion=MotionSettings())).at_s is None


def test_a_trial_tells_its_tracking_error_and_no_settling_time():
    config = replace(SMALL, planner="static", duration=2.0)
    result = run_trial(config)
    assert result["status"] == "done"
    _, ticks = run(config)
    w2 = [PositionMetrics.of(tick.target).w2(tick.pose[:, :2]) for tick in ticks[::10]]
    assert result["final"]["w2_mean"] == pytest.approx(np.mean(w2[1:]))
    assert result["series"]["w2"] == pytest.approx(w2)
    row = Results([Trial(config, result, None)])
    assert row.has("w2_mean")
    assert not row.has("settling_w2_s")
