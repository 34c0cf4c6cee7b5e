"""The closed loop: its clock, what is known at each tick, and that seeds decide everything."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.network.link_settings import LinkSettings
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.targets.target import TARGET_NAMES
from tests.bildsim.simulation.running import poses, run

SMALL = RunConfig(duration=1.0, rounds=2, swarm=SwarmSettings(robots=10))


@pytest.fixture(scope="module")
def small():
    return run(SMALL)


def test_a_tick_at_the_start_and_one_a_tenth_of_a_second(small):
    _, ticks = small
    np.testing.assert_allclose([tick.time_s for tick in ticks], np.arange(11) / 10, atol=1e-12)


def test_robots_drive_towards_their_waypoints(small):
    _, ticks = small
    for before, after in pairwise(ticks[2:]):
        way = after.waypoint - before.pose[:, :2]
        moved = after.pose[:, :2] - before.pose[:, :2]
        free = ~(after.touching_robot | before.touching_robot)
        assert np.sum(way[free] * moved[free]) > 0.0


def test_equal_seeds_give_equal_runs_and_others_other_ones(small):
    first = np.array([tick.pose for tick in small[1]])
    np.testing.assert_array_equal(poses(SMALL), first)
    assert (poses(replace(SMALL, seed=1))[0] != first[0]).any()


def test_planner_and_network_do_not_change_the_start():
    other = replace(SMALL, planner="static", network="regular:3", duration=0.1)
    np.testing.assert_array_equal(poses(other)[0], poses(replace(SMALL, duration=0.1))[0])


@pytest.mark.parametrize("consensus", ["metropolis", "admm", "push-sum"])
def test_seeds_decide_over_bad_links_too(consensus):
    links = LinkSettings(loss=0.3, burst=2.0, link_delay=1, radio_range=1.0)
    config = replace(SMALL, links=links, macro=MacroSettings(consensus=consensus))
    first = poses(config)
    np.testing.assert_array_equal(poses(config), first)
    assert (first != poses(replace(config, links=LinkSettings(radio_range=1.0)))).any()
    assert np.isfinite(first).all()


def test_planners_that_say_nothing_do_not_mind_bad_links():
    config = replace(SMALL, planner="static")
    lossy = replace(config, links=LinkSettings(loss=0.3))
    np.testing.assert_array_equal(poses(lossy), poses(config))


@pytest.mark.parametrize("target", TARGET_NAMES)
@pytest.mark.parametrize("planner", ["bild-macro", "hypergradient", "static"])
def test_every_target_with_every_planner(target, planner):
    _, ticks = run(replace(SMALL, target=target, planner=planner, duration=0.2))
    assert len(ticks) == 3
    assert all(np.isfinite(tick.kl_fit) for tick in ticks)


@pytest.mark.parametrize("start", START_NAMES)
def test_every_start(start):
    config = replace(SMALL, duration=0.1, swarm=SwarmSettings(robots=10, start=start))
    assert len(run(config)[1]) == 2


@pytest.mark.parametrize("robots", [1, 2, 3])
def test_few_robots(robots):
    swarm = SwarmSettings(robots=robots)
    _, ticks = run(replace(SMALL, network="complete", swarm=swarm))
    assert np.isfinite(ticks[-1].pose).all()


def test_without_contacts_nobody_touches():
    swarm = SwarmSettings(robots=30, start="centre", contacts=False)
    _, ticks = run(replace(SMALL, duration=2.0, swarm=swarm))
    assert not any(tick.touching_robot.any() for tick in ticks)


def test_building_refuses_what_cannot_be_run():
    for wrong in (
        replace(SMALL, network="disk:0.01"),
        replace(SMALL, planner="lloyd"),
        replace(SMALL, swarm=SwarmSettings(robots=10**6)),
    ):
        with pytest.raises(UsageError):
            Simulation(wrong)


def test_outputs_do_not_change_the_run(small):
    quiet = replace(SMALL, output=OutputSettings(quiet=True, metrics_period=0.2, video_speed=1.0))
    np.testing.assert_array_equal(poses(quiet), np.array([tick.pose for tick in small[1]]))


def test_a_network_by_distance_is_in_metres_of_the_arena_that_there_is():
    swarm = SwarmSettings(robots=10, dynamics="ideal", arena_width=6.0)
    config = RunConfig(duration=0.3, planner="static", network="disk:4.1", swarm=swarm)
    _, ticks = run(config)
    places = 3.0 * ticks[-1].pose[:, :2]
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    assert ticks[-1].network.degree.tolist() == ((apart <= 4.1).sum(axis=1) - 1).tolist()
    assert (ticks[-1].network.degree < 9).any()


def test_a_wide_arena_says_its_robots_in_metres_and_places_in_units():
    swarm = SwarmSettings(robots=4, robot="turtlebot3-burger", dynamics="ideal", arena_width=8.0)
    simulation = Simulation(RunConfig(duration=0.1, planner="static", swarm=swarm))
    env = simulation.env
    assert (env.described_robot.radius, env.robot.radius, env.unit_m) == (0.105, 0.105 / 4.0, 4.0)
    assert simulation.problem.max_step == pytest.approx(0.022 / 4.0)
