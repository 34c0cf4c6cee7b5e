"""Planners of targets that move: made for every tick, with one state that goes on."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.controllers.feedforward import Feedforward
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Problem, Report
from bildsim.controllers.registry import PLANNER_NAMES, knowledge_of
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio import Talk, air_use, read_radio
from bildsim.network.traffic import Traffic
from bildsim.simulation.brought import Brought
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.planner_factory import (
    PlannerFactory,
    covered_in_a_tick,
    feedforward_lead,
    over_the_air,
)
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import MovingTarget, target_by_name
from bildsim.targets.target import Target, named_target
from tests.bildsim.simulation.running import poses, run

FAST = MotionSettings(target_speed=0.2)
SMALL = RunConfig(
    target="moving_gauss",
    motion=FAST,
    duration=1.0,
    rounds=2,
    swarm=SwarmSettings(robots=10, dynamics="kinematic"),
)


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
    monkeypatch.setattr("bildsim.simulation.loop.load_target", lambda *_: course)
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
        # Ten ticks of two rounds, of which a trained network takes one.
        assert sent[-1] - sent[0] == (10 if planner == "learned" else 20)


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
    monkeypatch.setattr("bildsim.simulation.planner_factory.planner_maker", lambda *_, **__: Watch)
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
    monkeypatch.setattr("bildsim.simulation.planner_factory.planner_maker", lambda *_, **__: Fails)
    simulation = Simulation(SMALL)
    with pytest.raises(RunError, match="too far up"):
        list(simulation.ticks())
    simulation.close()


def test_the_same_seed_gives_the_same_run(small):
    first = np.array([tick.pose for tick in small[1]])
    np.testing.assert_array_equal(poses(SMALL), first)
    ahead = replace(SMALL, motion=replace(FAST, feedforward=True))
    np.testing.assert_array_equal(poses(ahead), poses(ahead))
    assert (poses(ahead) != first).any()


def test_feedforward_carries_a_swarm_that_does_nothing_else():
    """Ideal robots that are to stay but for the field move as the target's centre does."""
    motion = MotionSettings(target_speed=0.1, feedforward=True)
    swarm = SwarmSettings(robots=30, dynamics="ideal", start="centre")
    config = replace(SMALL, planner="static", motion=motion, swarm=swarm, duration=0.1)
    _, ticks = run(config)
    moved = ticks[1].pose[:, :2] - ticks[0].pose[:, :2]
    near = ticks[0].pose[:, 0] > 0.1
    assert near.sum() >= 3
    assert moved[near].mean(axis=0) == pytest.approx([0.0, 0.01], abs=1e-3)


def test_targets_at_rest_keep_their_planner():
    config = RunConfig(planner="static")
    factory = PlannerFactory.of(config, named_target("ring"), 12.0)
    assert not factory.remakes
    problem = Problem(named_target("ring"), LegendreFamily(2), 1e-4, 0.02)
    assert isinstance(factory.planner(problem, 3.0), Static)
    assert PlannerFactory.of(config, target_by_name("split"), 12.0).remakes


def test_only_feedforward_shifts_the_waypoints():
    problem = Problem(target_by_name("split").at(0.0), LegendreFamily(2), 1e-4, 0.02)
    for feedforward in (False, True):
        motion = MotionSettings(feedforward=feedforward)
        config = RunConfig(planner="static", target="split", motion=motion)
        factory = PlannerFactory.of(config, target_by_name("split"), 12.0)
        assert isinstance(factory.planner(problem, 0.0), Feedforward) == feedforward


@pytest.mark.parametrize("gain", [1.0, 12.0])
def test_the_lead_makes_up_for_what_tracking_leaves_of_the_way(gain):
    ahead = MotionSettings(feedforward=True)
    wheeled = RunConfig(motion=ahead, target="split")
    way, left = 0.1 / feedforward_lead(wheeled, gain), 1.0
    for _ in range(10_000):
        left -= left * gain * 0.1 / 10_000
    assert way == pytest.approx(1.0 - left, rel=1e-3)
    ideal = replace(wheeled, swarm=SwarmSettings(dynamics="ideal"))
    assert feedforward_lead(ideal, 12.0) == 0.1
    assert covered_in_a_tick("ideal", 12.0) == 1.0
    assert covered_in_a_tick("kinematic", gain) == pytest.approx(way)
    assert feedforward_lead(replace(wheeled, motion=MotionSettings()), 12.0) is None


TALKATIVE = RunConfig(
    network="er:0.7",
    duration=60.0,
    swarm=SwarmSettings(robots=10, dynamics="ideal"),
    links=LinkSettings(radio="esp-now"),
)


@pytest.mark.parametrize("planner", PLANNER_NAMES)
def test_what_is_counted_on_the_air_is_what_the_planner_sends(planner):
    config = replace(TALKATIVE, planner=planner, duration=2.0)
    knows = knowledge_of(planner)
    if knows.messages and not knows.channel:
        with pytest.raises(UsageError, match="radio='esp-now' is not possible with planner"):
            Simulation(config)
        return
    simulation, ticks = run(config)
    use, sent = simulation.air, ticks[-1].report.traffic
    if not knows.messages:
        assert use is None
        assert not sent.messages.any()
        return
    np.testing.assert_array_equal(sent.bytes, sent.messages * use.talk.message_bytes)
    assert ticks[-1].report.traffic.rounds - ticks[0].report.traffic.rounds == use.rounds * (
        config.ticks // use.every
    )
    assert use.talk.asked == (1 if planner == "learned" else config.rounds)
    assert use.talk.copies == 1.0


def test_what_differs_by_neighbour_goes_to_each():
    config = replace(TALKATIVE, macro=MacroSettings(consensus="admm"))
    simulation = Simulation(config)
    degree = simulation.planning.network.now.degree
    assert simulation.air.talk.addressed
    assert simulation.air.talk.copies == pytest.approx(degree.mean())
    simulation.close()


def test_bits_of_messages_count():
    few = replace(TALKATIVE, links=LinkSettings(radio="esp-now", message_bits=8))
    sizes = []
    for config in (TALKATIVE, few):
        simulation = Simulation(config)
        sizes.append(simulation.air.talk.message_bytes)
        simulation.close()
    assert sizes == [8 * 96, 96 + 2 * 4]


def test_the_papers_message_takes_seconds():
    """y_i, r_i and a tracked Hessian: 1272 numbers, 41 packets, a round in tens of seconds."""
    config = replace(
        TALKATIVE, macro=PAPER, swarm=replace(TALKATIVE.swarm, robots=100), duration=600.0
    )
    simulation = Simulation(config)
    use = simulation.air
    assert (use.talk.message_bytes, use.packets) == (1272 * 8, 41)
    assert 10.0 < use.every * 0.1 < 40.0
    simulation.close()
    with pytest.raises(UsageError, match="radio='esp-now' is too slow: a round of messages of"):
        Simulation(replace(config, duration=10.0))


def test_a_planner_that_does_not_say_how_much_it_talks_is_refused():
    brought = Brought(planner=Hushed)
    with pytest.raises(UsageError, match="it does not say how much it sends, in properties"):
        Simulation(replace(TALKATIVE, planner="mine"), brought)


def test_a_planner_between_rounds_reaches_farther():
    problem = Problem(named_target("ring"), LegendreFamily(3), 1e-4, 0.02, coverage=0.5)
    use = air_use(read_radio("esp-now"), Talk(1000, 10, 1.0, 50.0), 600)
    config, slower = over_the_air(TALKATIVE, problem, use)
    assert use.every > 1
    assert slower.max_step == pytest.approx(use.every * 0.02)
    assert slower.coverage == pytest.approx(1.0 - 0.5**use.every)
    for step, expected in ((1.5, 1.9), (3.0, 3.0), (math.inf, math.inf)):
        _, slower = over_the_air(TALKATIVE, replace(problem, max_step=step), use)
        assert slower.max_step == expected
    assert (config.rounds, config.links.radio) == (1, None)
    assert config.links.loss == pytest.approx(use.message_loss)


class Hushed(Static):
    """Talks, and does not say how much."""

    knows = Knowledge(Positions.OWN, messages=True, channel=True)
