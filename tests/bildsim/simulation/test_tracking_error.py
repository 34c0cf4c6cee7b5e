"""The closed loop with a target that moves: who is told, and what is measured against what."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.planner import Report
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.metrics.reference_scores import reference_scores
from bildsim.network.traffic import Traffic
from bildsim.programs.sweep.reference_tasks import (
    ReferenceSpec,
    compute_reference_scores,
    read_reference_scores,
)
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.runner import Trial
from bildsim.programs.sweep.trial import run_trial
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import COLUMNS, Measurements
from bildsim.simulation.tracking_error import TrackingError
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import MovingTarget, target_by_name
from bildsim.targets.target import Target, named_target

FAST = MotionSettings(target_speed=0.2)
SMALL = RunConfig(
    target="moving_gauss",
    motion=FAST,
    duration=1.0,
    rounds=2,
    swarm=SwarmSettings(robots=10, dynamics="kinematic"),
)


def run(config):
    simulation = Simulation(config)
    ticks = list(simulation.ticks())
    simulation.close()
    return simulation, ticks


def poses(config):
    return np.array([tick.pose for tick in run(config)[1]])


@pytest.fixture(scope="module")
def small():
    return run(SMALL)


def again(target):
    """Return an equal target that is another object."""
    return Target(target.name, target.shape, target.mass)


@pytest.mark.parametrize("planner", PLANNER_NAMES)
def test_a_moving_target_that_rests_is_a_target_at_rest(planner, monkeypatch):
    """Remaking the planner each tick and handing it its state changes no bit of the run."""
    config = replace(SMALL, target="gmm3", motion=MotionSettings(), planner=planner)
    expected = poses(config)
    course = MovingTarget("gmm3", lambda _: again(named_target("gmm3")))
    monkeypatch.setattr("bildsim.simulation.loop.load_target", lambda _: course)
    np.testing.assert_array_equal(poses(config), expected)


@pytest.mark.parametrize("feedforward", [False, True])
@pytest.mark.parametrize("planner", PLANNER_NAMES)
def test_every_planner_goes_on_with_a_target_that_moves(planner, feedforward):
    motion = replace(FAST, feedforward=feedforward)
    _, ticks = run(replace(SMALL, planner=planner, motion=motion))
    assert len(ticks) == 11
    sent = np.array([tick.report.traffic.rounds for tick in ticks])
    assert (np.diff(sent) >= 0).all(), "the state is not begun anew"
    if sent[-1]:
        assert sent[-1] - sent[0] == 20


def test_each_tick_is_judged_by_the_target_of_its_time(small):
    simulation, ticks = small
    course, family = target_by_name("moving_gauss", speed=0.2), simulation.family
    for tick in ticks:
        expected = np.log(course.at(tick.time_s).on_grid(family.grid))
        assert np.log(tick.target.on_grid(family.grid)) == pytest.approx(expected)
        assert tick.kl_fit == pytest.approx(family.kl(tick.theta, expected), abs=1e-9)


class Watch:
    """A planner that notes which target it was asked for when."""

    seen = ()

    def __init__(self, problem):
        self.problem = problem
        self.middle = problem.target.shape.keywords["parts"][0].mean

    def init(self, observation, rng):
        return 0

    def plan(self, state, observation):
        Watch.seen += ((observation.time_s, state, self.middle),)
        return observation.positions, state + 1

    def report(self, state):
        return Report(Traffic.none(10))


def test_a_users_planner_is_made_for_each_targets_problem_and_keeps_its_state(monkeypatch):
    monkeypatch.setattr("bildsim.simulation.planner_factory.planner_maker", lambda *_: Watch)
    Watch.seen = ()
    run(SMALL)
    assert [state for _, state, _ in Watch.seen] == list(range(10))
    for time_s, state, middle in Watch.seen:
        assert time_s == pytest.approx(0.1 * state)
        expected = 0.5 * math.cos(0.4 * time_s), 0.5 * math.sin(0.4 * time_s)
        assert middle == pytest.approx(expected)


class Fails(Watch):
    def __init__(self, problem):
        super().__init__(problem)
        if self.middle[1] > 0.05:
            raise UsageError("this is too far up")


def test_a_planner_that_cannot_go_on_ends_the_run_with_a_sentence(monkeypatch):
    monkeypatch.setattr("bildsim.simulation.planner_factory.planner_maker", lambda *_: Fails)
    simulation = Simulation(SMALL)
    with pytest.raises(RunError, match="too far up"):
        list(simulation.ticks())
    simulation.close()


def test_the_same_seed_gives_the_same_run(small):
    first = np.array([tick.pose for tick in small[1]])
    np.testing.assert_array_equal(poses(SMALL), first)
    told = replace(SMALL, motion=replace(FAST, feedforward=True))
    np.testing.assert_array_equal(poses(told), poses(told))
    assert (poses(told) != first).any()


def test_feedforward_carries_a_swarm_that_does_nothing_else():
    """Ideal robots that are told to stay but for the field move as the target's centre does."""
    motion = MotionSettings(target_speed=0.1, feedforward=True)
    swarm = SwarmSettings(robots=30, dynamics="ideal", start="centre")
    config = replace(SMALL, planner="static", motion=motion, swarm=swarm, duration=0.1)
    _, ticks = run(config)
    moved = ticks[1].pose[:, :2] - ticks[0].pose[:, :2]
    near = ticks[0].pose[:, 0] > 0.1
    assert near.sum() >= 3
    assert moved[near].mean(axis=0) == pytest.approx([0.0, 0.01], abs=1e-3)


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


def test_at_rest_feedforward_and_motion_are_refused():
    for config, words in (
        (replace(SMALL, target="gmm3"), "--target-speed 0.2 means nothing"),
        (
            replace(SMALL, target="gmm3", motion=MotionSettings(feedforward=True)),
            "--feedforward needs a target that moves, and gmm3 is at rest",
        ),
    ):
        with pytest.raises(UsageError, match=words):
            Simulation(config)


def test_a_film_is_spread_over_the_run_or_its_own_time(tmp_path):
    frames = np.zeros((3, 4, 4))
    frames[0, :, :2], frames[1, :, 2:], frames[2, :, :2] = 1.0, 1.0, 1.0
    np.save(tmp_path / "film.npy", frames)
    config = replace(SMALL, target_file=tmp_path / "film.npy", motion=MotionSettings())
    at = np.array([[-0.75, 0.0], [0.75, 0.0]])
    for motion, middle in ((MotionSettings(), 5), (MotionSettings(target_time=0.4), 2)):
        _, ticks = run(replace(config, planner="cvt", motion=motion))
        low, high = ticks[middle].target.density(at)
        assert high > 50 * low
        low, high = ticks[-1].target.density(at)
        assert low > 50 * high
    with pytest.raises(UsageError, match=r"--target-speed 0.2 means nothing for --target-file"):
        Simulation(replace(config, motion=FAST))
    np.save(tmp_path / "still.npy", frames[0])
    still = replace(config, target_file=tmp_path / "still.npy")
    with pytest.raises(UsageError, match="--target-time 2 means nothing for --target-file"):
        Simulation(replace(still, motion=MotionSettings(target_time=2.0)))
    with pytest.raises(UsageError, match="--feedforward needs a target that moves"):
        Simulation(replace(still, motion=MotionSettings(feedforward=True)))


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


def test_a_run_tells_its_tracking_error_and_runs_again(program, tmp_path):
    line = "--target split --target-speed .1 --feedforward --robots 8 --duration 2 --planner cvt"
    ended = program(*line.split(), "--dynamics", "kinematic", "--out", "one")
    assert ended.status == 0
    assert "tracking error" in ended.err
    said = json.loads((tmp_path / "one" / "summary.json").read_text())
    assert said["final"]["w2_mean"] > 0.0
    assert said["kl_settling_s"] is None
    names = (tmp_path / "one" / "metrics.csv").read_text().splitlines()[0].split(",")
    assert names == list(COLUMNS)
    assert said["kl_excess"] == pytest.approx(said["final"]["kl_fit"] - said["kl_floor"])
    motion = {"target_speed": 0.1, "target_time": None, "feedforward": True}
    assert said["configuration"]["motion"] == motion
    program("--config", "one/config.toml", "--quiet", "--out", "two")
    for name in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
