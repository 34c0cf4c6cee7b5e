"""The planning stage: what planners see, over which network, and how its state is kept."""

import copy
from dataclasses import replace
from itertools import pairwise
from math import inf

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import LossyLinks
from bildsim.simulation.checked_planner import CheckedPlanner
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from tests.bildsim.simulation.running import run

SMALL = RunConfig(duration=1.0, rounds=2, swarm=SwarmSettings(robots=10))
IDEAL = RunConfig(
    network="er:0.7",
    rounds=2,
    duration=1.5,
    swarm=SwarmSettings(robots=12, dynamics="ideal"),
)


def graph(text, positions):
    return build_network(NetworkSpec.parse(text), positions, np.random.default_rng(1))


def ticks(config):
    return run(config)[1]


def test_only_geometric_networks_follow_the_robots():
    _, ticks = run(replace(SMALL, network="er:0.6"))
    assert all(tick.network is ticks[0].network for tick in ticks)
    _, ticks = run(replace(SMALL, network="knn:3"))
    spec = NetworkSpec.parse("knn:3")
    rng = np.random.default_rng(0)
    for before, after in pairwise(ticks):
        expected = build_network(spec, before.pose[:, :2], rng).matrix().toarray()
        np.testing.assert_array_equal(after.network.matrix().toarray(), expected)


def test_a_network_that_falls_apart_on_the_way_is_shown_not_refused():
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


def test_a_network_that_deaths_split_is_shown_and_not_refused():
    config = replace(IDEAL, network="ring", faults=Faults(dead="robots:0+6@0.5"))
    found = ticks(config)
    assert [tick.network.components for tick in found] == [1] * 6 + [2] * 10


def test_networks_that_follow_the_robots_are_built_of_the_members_where_they_are():
    sensing = Sensing(position_bias=0.1)
    config = replace(IDEAL, network="knn:3", faults=Faults(dead="0.5@0.5"), sensing=sensing)
    found = ticks(config)
    before, after = found[7], found[8]
    expected = graph("knn:3", before.pose[before.active, :2]).matrix().toarray()
    np.testing.assert_array_equal(after.network.matrix().toarray(), expected)
    expected = graph("knn:3", found[0].pose[:, :2]).matrix().toarray()
    np.testing.assert_array_equal(found[0].network.matrix().toarray(), expected)


def test_too_few_for_their_neighbours_are_refused_at_once():
    with pytest.raises(UsageError, match=r"network='knn:7' .* there are 6"):
        Simulation(replace(IDEAL, network="knn:7", faults=Faults(dead="0.5@0.5")))


def test_planners_are_shown_what_is_measured():
    shown = []

    class Shown(Static):
        def plan(self, state, observation):
            shown.append(observation.positions)
            return super().plan(state, observation)

    simulation = Simulation(
        replace(IDEAL, sensing=Sensing(position_bias=0.2), faults=Faults(dead="robots:0@0.5"))
    )
    simulation.planning.planner = CheckedPlanner("shown", Shown(simulation.problem))
    found = list(simulation.ticks())
    simulation.close()
    for tick, positions in zip(found[:-1], shown, strict=True):
        assert np.abs(positions).max() <= 1.0
        error = positions - tick.pose[tick.active, :2]
        assert 0.02 < np.abs(error).mean() < 0.4


def test_planners_count_on_the_effective_speed():
    swarm = SwarmSettings(robots=4, dynamics="kinematic")
    config = RunConfig(network="ring", swarm=swarm, actuation=Actuation(max_wheel_speed=4.8))
    simulation = Simulation(config)
    wheel = simulation.env.robot.wheel_radius
    assert simulation.problem.max_step == pytest.approx(4.8 * wheel * 0.1)
    simulation.close()


def begun(config):
    """Return a simulation with the first tick and what its planner holds then."""
    simulation = Simulation(config)
    first = next(simulation.ticks())
    planning = simulation.planning
    return simulation, first, planning.begin(first.pose[:, :2], first.pose[:, :2], first.active)


def test_whoever_is_outside_the_swarm_stays_where_it_is():
    simulation, first, held = begun(replace(IDEAL, faults=Faults(join="robots:2+5@1")))
    measured = 1.001 * first.pose[:, :2] / np.abs(first.pose[:, :2]).max()
    waypoints, after = simulation.planning.plan(first, measured, held)
    simulation.close()
    assert waypoints.shape == (12, 2)
    np.testing.assert_array_equal(waypoints[[2, 5]], np.clip(measured[[2, 5]], -1.0, 1.0))
    assert after.members.tolist() == [0, 1, 3, 4, 6, 7, 8, 9, 10, 11]
    assert len(simulation.planning.report(after).traffic.bytes) == 10


def test_a_plan_depends_on_what_is_held_alone():
    simulation, first, held = begun(IDEAL)
    one, _ = simulation.planning.plan(first, first.pose[:, :2], held)
    other, _ = simulation.planning.plan(first, first.pose[:, :2], held)
    simulation.close()
    np.testing.assert_array_equal(one, other)


def test_every_plan_counts_as_planning_time():
    simulation, _ = run(replace(IDEAL, duration=0.5))
    assert len(simulation.planning.time.snapshot()) == 5 * 8, "a double for each tick but the last"
    assert simulation.planning_time.ms_per_robot > 0.0


def test_a_restored_stage_draws_and_hears_as_the_first():
    config = replace(IDEAL, planner="iid", network="knn:3")
    one, other = Simulation(config), Simulation(config)
    ticks_of_one = one.ticks()
    tick = [next(ticks_of_one) for _ in range(4)][-1]
    state = one.planning.snapshot()
    other.planning.restore(state)
    assert state["rng"] is one.planning.snapshot()["rng"]
    np.testing.assert_array_equal(
        other.planning.network.now.matrix().toarray(), one.planning.network.now.matrix().toarray()
    )
    held = one.planning.begin(tick.pose[:, :2], tick.pose[:, :2], tick.active)
    plans = [each.planning.plan(tick, tick.pose[:, :2], held)[0] for each in (one, other)]
    np.testing.assert_array_equal(*plans)
    for each in (one, other):
        each.close()


def test_a_network_without_a_name_goes_with_the_fewest_robots_that_there_will_be():
    for faults, expected in ((Faults(), "er:0.5"), (Faults(dead="0.5@1"), "complete")):
        swarm = SwarmSettings(robots=30, dynamics="ideal")
        simulation = Simulation(replace(IDEAL, network=None, swarm=swarm, faults=faults))
        simulation.close()
        assert str(simulation.network_spec) == expected
        neighbours = simulation.planning.network.now.degree
        assert (neighbours == 29).all() == (expected == "complete")


SLOW = replace(
    IDEAL,
    planner="moment-cells",
    duration=6.0,
    swarm=SwarmSettings(robots=30, dynamics="ideal"),
    links=LinkSettings(radio="802.15.4"),
)


def test_while_a_round_is_on_the_air_robots_go_where_they_were_sent():
    simulation, found = run(SLOW)
    every = simulation.air.every
    assert every > 2
    for number, (before, after) in enumerate(pairwise(found), 1):
        same = np.array_equal(before.waypoint, after.waypoint)
        assert same == (number % every != 0), number
        rounds = after.report.traffic.rounds - found[0].report.traffic.rounds
        assert rounds == number // every


def test_members_may_change_while_a_round_is_on_the_air():
    faults = Faults(dead="0.3@0.5", join="robots:3+2@1.3")
    for planner in ("moment-cells", "ergodic"):
        _, found = run(replace(SLOW, planner=planner, faults=faults))
        for before, after in pairwise(found):
            assert len(after.network.degree) == len(after.report.traffic.messages)
            gone = ~before.active & ~after.active
            places = np.clip(before.pose[gone, :2], -1.0, 1.0)
            np.testing.assert_allclose(after.waypoint[gone], places)


@pytest.mark.parametrize("planner", ["moment-cells", "bild-macro", "ergodic"])
@pytest.mark.parametrize("target", ["gmm3", "moving_gauss"])
def test_a_run_over_a_radio_goes_on_to_the_same_bytes(planner, target):
    faults = Faults(dead="0.2@2.5")
    config = replace(SLOW, planner=planner, target=target, faults=faults)
    whole = run(config)[1]
    first = Simulation(config)
    ticks = first.ticks()
    for _ in range(22):
        next(ticks)
    state = copy.deepcopy(first.snapshot())
    first.close()
    second = Simulation(config)
    second.restore(state)
    for expected, found in zip(whole[22:], second.ticks(), strict=True):
        np.testing.assert_array_equal(found.pose, expected.pose)
        np.testing.assert_array_equal(found.waypoint, expected.waypoint)
    second.close()


def test_a_radio_of_a_short_range_cuts_links(tmp_path):
    path = tmp_path / "near.toml"
    path.write_text('base = "esp-now-54"\n[radio]\nmedium = "range"\nrange = 0.6\n')
    swarm = SwarmSettings(robots=30, dynamics="ideal")
    config = replace(IDEAL, network="complete", swarm=swarm, links=LinkSettings(radio=str(path)))
    simulation, found = run(config)
    near = squareform(pdist(found[0].pose[:, :2])) <= 0.6
    np.testing.assert_array_equal(found[0].network.matrix().toarray() > 0.0, near)
    assert simulation.air.talk.robots == pytest.approx(near.sum() / 30)


def test_without_a_radio_nothing_is_asked_of_the_air():
    simulation, _ = run(replace(IDEAL, duration=0.2))
    assert simulation.air is None


def test_losses_by_distance_are_those_from_where_robots_are_now(monkeypatch):
    """Not from where they believe to be, and in every tick anew."""
    seen = []

    def noted(links, state, network):
        seen.append(network)
        return next_round(links, state, network)

    next_round = LossyLinks.next_round
    monkeypatch.setattr(LossyLinks, "next_round", noted)
    links = LinkSettings(half_range=0.5)
    config = replace(IDEAL, planner="ergodic", rounds=1, duration=0.3, links=links)
    simulation = Simulation(replace(config, sensing=Sensing(position_noise=0.2)))
    ticks = list(simulation.ticks())
    simulation.close()
    assert len(seen) == 3
    for tick, network in zip(ticks, seen, strict=False):
        edges, places = directed_edges(network), tick.pose[:, :2]
        way = places[edges.heads] - places[edges.tails]
        np.testing.assert_array_equal(network.lengths, np.hypot(*way.T))
        assert tick.network.lengths is None, "nobody else needs them"


@pytest.mark.parametrize("planner", ["bild-macro", "moment-cells", "ergodic", "learned"])
def test_all_who_talk_lose_by_distance_from_their_first_round_on(planner):
    reached = []
    for half_range in (inf, 0.4):
        links = LinkSettings(half_range=half_range)
        simulation = Simulation(replace(IDEAL, planner=planner, duration=0.5, links=links))
        *_, last = simulation.ticks()
        simulation.close()
        reached.append(last.pose)
    assert (reached[0] != reached[1]).any()
