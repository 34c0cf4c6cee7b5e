"""The closed loop: its clock, what is known at each tick, and that seeds decide everything."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.load_target import load_target
from bildsim.simulation.loop import Simulation
from bildsim.targets.target import TARGET_NAMES, named_target

SMALL = RunConfig(duration=1.0, rounds=2, swarm=SwarmSettings(robots=10))


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


def test_a_tick_at_the_start_and_one_a_tenth_of_a_second(small):
    _, ticks = small
    np.testing.assert_allclose([tick.time_s for tick in ticks], np.arange(11) / 10, atol=1e-12)


def test_at_the_start_everything_rests(small):
    first = small[1][0]
    np.testing.assert_array_equal(first.waypoint, first.pose[:, :2])
    assert not first.command.any()
    assert not first.applied.any()
    assert not first.touching_robot.any()
    assert first.contact_pairs == 0


def test_what_a_tick_tells_has_its_shape_and_limits(small):
    simulation, ticks = small
    limit = simulation.env.robot.max_wheel_speed
    for tick in ticks[1:]:
        assert tick.pose.shape == (10, 3)
        assert tick.waypoint.shape == tick.command.shape == tick.applied.shape == (10, 2)
        assert np.abs(tick.waypoint).max() <= 1.0
        assert np.abs(tick.applied).max() <= limit
        assert np.clip(tick.saturated, 0.0, 1.0).tolist() == tick.saturated.tolist()
        unlimited = np.abs(tick.command).max(axis=1) <= limit
        np.testing.assert_array_equal(tick.applied[unlimited], tick.command[unlimited])
        assert tick.theta.shape == (48,)
        assert tick.report.parameters.shape == (10, 48)
        assert tick.network.components == 1


def test_robots_drive_towards_their_waypoints(small):
    _, ticks = small
    for before, after in pairwise(ticks[2:]):
        way = after.waypoint - before.pose[:, :2]
        moved = after.pose[:, :2] - before.pose[:, :2]
        free = ~(after.touching_robot | before.touching_robot)
        assert np.sum(way[free] * moved[free]) > 0.0


def test_the_kl_is_that_of_theta(small):
    simulation, ticks = small
    family, log_target = simulation.family, simulation.problem.log_target
    for tick in ticks:
        p = family.density(tick.theta)
        kl = float(family.grid.integrate(p * (np.log(p) - log_target)))
        assert tick.kl_fit == pytest.approx(kl, abs=1e-9)


def test_equal_seeds_give_equal_runs_and_others_other_ones(small):
    first = np.array([tick.pose for tick in small[1]])
    np.testing.assert_array_equal(poses(SMALL), first)
    assert (poses(replace(SMALL, seed=1))[0] != first[0]).any()


def test_planner_and_network_do_not_change_the_start():
    other = replace(SMALL, planner="static", network="regular:3", duration=0.1)
    np.testing.assert_array_equal(poses(other)[0], poses(replace(SMALL, duration=0.1))[0])


def test_only_geometric_networks_follow_the_robots():
    _, ticks = run(replace(SMALL, network="er:0.6"))
    assert all(tick.network is ticks[0].network for tick in ticks)
    _, ticks = run(replace(SMALL, network="knn:3"))
    spec = NetworkSpec.parse("knn:3")
    rng = np.random.default_rng(0)
    for before, after in pairwise(ticks):
        expected = build_network(spec, before.pose[:, :2], rng).matrix().toarray()
        np.testing.assert_array_equal(after.network.matrix().toarray(), expected)


def test_a_network_that_falls_apart_on_the_way_is_told_not_refused():
    swarm = SwarmSettings(robots=10, start="centre")
    config = replace(SMALL, network="disk:0.45", target="ring", swarm=swarm, duration=10.0)
    _, ticks = run(config)
    assert ticks[0].network.components == 1
    assert max(tick.network.components for tick in ticks) > 1


def test_a_radio_range_and_an_outage_thin_the_network_out():
    links = LinkSettings(radio_range=0.8, outage="0.3:0.6")
    config = replace(SMALL, network="complete", links=links)
    _, ticks = run(config)
    for before, after in pairwise(ticks):
        positions, cut = before.pose[:, :2], 0.25 < before.time_s < 0.55
        near = squareform(pdist(positions)) <= 0.8
        right = positions[:, 0] > 0.0
        if cut:
            near &= right[:, None] == right[None]
        np.testing.assert_array_equal(after.network.matrix().toarray() > 0.0, near)
    assert ticks[5].network.components > 1


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


def test_the_seed_draws_the_random_target():
    for seed in (0, 3):
        config = RunConfig(target="expfam", seed=seed)
        points = np.random.default_rng(0).uniform(-1, 1, (5, 2))
        expected = named_target("expfam", seed).density(points)
        np.testing.assert_array_equal(load_target(config).density(points), expected)


def test_a_file_takes_the_place_of_the_named_target(tmp_path):
    np.save(tmp_path / "half.npy", [[1.0, 0.0]])
    target = load_target(RunConfig(target_file=tmp_path / "half.npy"))
    assert target.name == "half"
    left, right = target.density(np.array([[-0.9, 0.0], [0.9, 0.0]]))
    assert left > 50 * right


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
