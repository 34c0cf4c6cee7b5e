"""What a robot knows of its swarm: the right robots and places, and nothing of strangers."""

import math
import pickle

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.local_view import Estimates, LocalView, own_statistics
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.channel import Channel
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges, networks_apart
from bildsim.network.link_settings import LinkSettings
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3, 0.1)
ROBOTS = 20


def scatter(seed=0, shape=(ROBOTS,)):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (*shape, 2))


def network(spec, positions, seed=0):
    return build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(seed))


def literal_neighbours(positions, count, reach):
    """Return each robot's nearest within reach, one at a time."""
    relative, present = (
        np.zeros((len(positions), count, 2)),
        np.zeros((len(positions), count), bool),
    )
    for i, here in enumerate(positions):
        others = sorted((math.dist(here, there), j) for j, there in enumerate(positions) if j != i)
        for place, (distance, j) in enumerate(others[:count]):
            if distance <= reach:
                relative[i, place], present[i, place] = positions[j] - here, True
    return relative, present


@pytest.mark.parametrize("robots", [1, 2, 5, 20, 300])
@pytest.mark.parametrize("reach", [0.3, math.inf])
def test_neighbours_are_the_nearest_within_range(robots, reach):
    positions, view = scatter(1, (robots,)), LocalView.of(neighbours=6, sensing_range=reach)
    found = view.neighbours_of(positions)
    relative, present = literal_neighbours(positions, 6, reach)
    np.testing.assert_array_equal(found.relative, relative)
    np.testing.assert_array_equal(found.present, present)


def test_the_range_itself_is_within_range():
    positions, view = np.array([[0.0, 0.0], [0.5, 0.0], [-0.75, 0.0]]), LocalView(sensing_range=0.5)
    assert view.neighbours_of(positions).present.sum(axis=1).tolist() == [1, 1, 0]


def test_robots_on_one_place_see_each_other_and_not_themselves():
    found = LocalView(neighbours=3).neighbours_of(np.zeros((6, 2)))
    assert found.present.all()
    assert not found.relative.any()


def test_swarms_of_a_batch_do_not_see_each_other():
    positions, view = scatter(2, (2, 3, ROBOTS)), LocalView(sensing_range=math.inf)
    together = view.neighbours_of(positions)
    for place in np.ndindex(2, 3):
        alone = view.neighbours_of(positions[place])
        np.testing.assert_array_equal(together.relative[place], alone.relative)
        np.testing.assert_array_equal(together.present[place], alone.present)


def test_a_patch_is_the_target_around_the_robot_and_nothing_outside():
    target, view = named_target("gmm3"), LocalView(patch_cells=3, patch_width=0.4)
    positions = np.array([[0.1, -0.3], [0.9, -1.0]])
    patch = view.patch(target, positions)
    assert patch.shape == (2, 3, 3)
    for robot, (x, y) in enumerate(positions):
        for i, dy in enumerate((-0.2, 0.0, 0.2)):
            for j, dx in enumerate((-0.2, 0.0, 0.2)):
                place = np.array([x + dx, y + dy])
                expected = target.density(place) if (np.abs(place) <= 1.0).all() else 0.0
                assert patch[robot, i, j] == pytest.approx(expected, rel=1e-12)
    assert (patch[1, 0] == 0.0).all()
    np.testing.assert_array_equal(view.patch(target, positions[None])[0], patch)


def test_a_patch_of_one_place_is_where_the_robot_is():
    target, positions = named_target("ring"), scatter(3)
    patch = LocalView(patch_cells=1).patch(target, positions)
    np.testing.assert_allclose(patch[:, 0, 0], target.density(positions), rtol=1e-14)


def test_estimates_follow_the_swarms_mean():
    positions, rng = scatter(4), np.random.default_rng(4)
    graph = network("er:0.4", positions)
    estimates = Estimates.begin(own_statistics(FAMILY, positions))
    for _ in range(80):
        positions = np.clip(positions + rng.uniform(-0.02, 0.02, positions.shape), -1.0, 1.0)
        inputs = own_statistics(FAMILY, positions)
        estimates = estimates.after_round(inputs, graph)
        np.testing.assert_allclose(estimates.mean.mean(axis=0), inputs.mean(axis=0), atol=1e-13)
    for _ in range(60):
        estimates = estimates.after_round(inputs, graph)
    np.testing.assert_allclose(estimates.mean, np.tile(inputs.mean(axis=0), (ROBOTS, 1)), atol=1e-8)
    np.testing.assert_allclose(estimates.heard, estimates.mean, atol=1e-8)


def test_a_round_is_metropolis_with_ones_own_change_and_heard_is_the_neighbours_mean():
    positions, moved = scatter(5), scatter(6)
    graph = network("disk:0.6", positions)
    inputs = own_statistics(FAMILY, positions)
    before = Estimates(np.random.default_rng(5).random(inputs.shape), inputs, inputs)
    after = before.after_round(own_statistics(FAMILY, moved), graph)
    weights = graph.matrix().toarray()
    expected = weights @ before.mean + own_statistics(FAMILY, moved) - inputs
    np.testing.assert_allclose(after.mean, expected, atol=1e-14)
    for robot in range(ROBOTS):
        others = np.flatnonzero(weights[robot])
        others = others[others != robot]
        told = before.mean[others].mean(axis=0) if len(others) else before.mean[robot]
        np.testing.assert_allclose(after.heard[robot], told, atol=1e-14)


def test_who_hears_nobody_keeps_to_itself():
    inputs = own_statistics(FAMILY, scatter(7, (3,)))
    pair = network_of_edges(np.array([[0, 1]]), 3)
    after = Estimates.begin(inputs).after_round(inputs, pair)
    np.testing.assert_array_equal(after.mean[2], inputs[2])
    np.testing.assert_array_equal(after.heard[2], inputs[2])


def test_a_robot_that_is_no_neighbour_changes_no_other_row():
    """Robot 7 of a ring moves where nobody senses it: none but 6, 7 and 8 learn of it."""
    view = LocalView(sensing_range=0.3)
    positions = np.concatenate([0.4 * scatter(8) - 0.6])
    positions[7] = [0.9, 0.9]
    moved = positions.copy()
    moved[7] = [0.5, 0.8]
    graph, target = network("ring", positions), named_target("banana")
    inputs = own_statistics(FAMILY, positions)
    start = Estimates.begin(inputs).after_round(inputs, graph)
    changed = start.mean.copy()
    changed[7] *= -0.7
    rows = []
    for places, mean in ((positions, start.mean), (moved, changed)):
        estimates = Estimates(mean, start.heard, start.inputs)
        estimates = estimates.after_round(own_statistics(FAMILY, places), graph)
        seen = (*view.neighbours_of(places), view.patch(target, places))
        rows.append((*seen, estimates.mean, estimates.heard))
    for kind, (one, other) in enumerate(zip(*rows, strict=True)):
        different = (one != other).reshape(ROBOTS, -1).any(axis=1)
        heard = {6, 8} if kind >= 3 else set()
        assert set(np.flatnonzero(different)) - {7} == heard


def test_swarms_side_by_side_estimate_as_each_alone():
    swarms = [scatter(seed, (robots,)) for seed, robots in ((9, 4), (10, 7), (11, 1))]
    specs = ("ring", "complete", "er:1")
    graphs = [network(spec, places) for spec, places in zip(specs, swarms, strict=True)]
    inputs = [own_statistics(FAMILY, places) for places in swarms]
    apart = networks_apart(graphs)
    apart.require_sound()
    assert apart.components == 3
    together = Estimates.begin(np.concatenate(inputs))
    later = np.concatenate([0.5 * each for each in inputs])
    for _ in range(3):
        together = together.after_round(later, apart)
    first = 0
    for own, graph in zip(inputs, graphs, strict=True):
        alone = Estimates.begin(own)
        for _ in range(3):
            alone = alone.after_round(0.5 * own, graph)
        np.testing.assert_array_equal(together.mean[first : first + len(own)], alone.mean)
        np.testing.assert_array_equal(together.heard[first : first + len(own)], alone.heard)
        first += len(own)


def over_links(rounds, spec="er:0.6", **settings):
    """Return the inputs and the estimates of each round, of robots that draw nearer."""
    channel, places = Channel(LinkSettings(**settings)), scatter(14)
    graph = network(spec, places)
    inputs = [own_statistics(FAMILY, 0.98**k * places) for k in range(rounds)]
    estimates, state = Estimates.begin(inputs[0]), channel.open(ROBOTS, np.random.default_rng(0))
    found = []
    for now in inputs:
        estimates, state = estimates.over(channel, state, now, graph)
        found.append(estimates)
    return inputs, found, graph, state


def test_over_perfect_links_no_bit_changes():
    inputs, found, graph, state = over_links(5)
    estimates = Estimates.begin(inputs[0])
    for now, other in zip(inputs, found, strict=True):
        estimates = estimates.after_round(now, graph)
        np.testing.assert_array_equal(other.mean, estimates.mean)
        np.testing.assert_array_equal(other.heard, estimates.heard)
    np.testing.assert_array_equal(state.traffic.messages, 5 * graph.degree)


def test_over_links_that_hardly_ever_lose_it_is_nearly_the_same():
    for one, other in zip(over_links(5)[1], over_links(5, loss=1e-12)[1], strict=True):
        np.testing.assert_allclose(one.mean, other.mean, atol=1e-13)
        np.testing.assert_allclose(one.heard, other.heard, atol=1e-13)


@pytest.mark.parametrize("settings", [{"link_delay": 2}, {"message_bits": 6}])
def test_delay_and_rounding_keep_the_sum(settings):
    inputs, found, _, _ = over_links(9, **settings)
    np.testing.assert_allclose(found[-1].mean.sum(axis=0), inputs[-1].sum(axis=0), atol=1e-12)


def test_late_robots_hold_their_estimates_until_what_the_others_hold_has_come():
    inputs, found, graph, _ = over_links(6, link_delay=2)
    for estimates in found[:2]:
        np.testing.assert_array_equal(estimates.mean, inputs[0])
        np.testing.assert_array_equal(estimates.heard, inputs[0])
    expected = Estimates.begin(inputs[0]).after_round(inputs[2], graph)
    np.testing.assert_allclose(found[2].mean, expected.mean, atol=1e-14)
    np.testing.assert_allclose(found[2].heard, expected.heard, atol=1e-14)
    np.testing.assert_array_equal(found[3].mean, found[2].mean)


def test_who_loses_all_that_was_sent_to_it_keeps_to_itself():
    inputs, found, _, _ = over_links(1, "ring", loss=0.7)
    channel = Channel(LinkSettings(loss=0.7))
    graph = network("ring", scatter(14))
    state = channel.open(ROBOTS, np.random.default_rng(0))
    arrived = channel.broadcast(state, graph, inputs[0])[0]
    deaf = arrived.added(arrived.arrived.astype(float)) == 0
    assert deaf.any()
    assert not deaf.all()
    np.testing.assert_array_equal(found[0].mean[deaf], inputs[0][deaf])
    np.testing.assert_array_equal(found[0].heard[deaf], inputs[0][deaf])
    assert (found[0].heard[~deaf] != inputs[0][~deaf]).any(axis=1).all()


def test_robots_that_leave_and_join_take_their_rows_along():
    inputs = own_statistics(FAMILY, scatter(12))
    rng = np.random.default_rng(12)
    before = Estimates(rng.random(inputs.shape), rng.random(inputs.shape), inputs)
    origin = np.array([3, -1, 5])
    after = before.among(origin, inputs[:3])
    for part, old in ((after.mean, before.mean), (after.heard, before.heard)):
        np.testing.assert_array_equal(part, [old[3], inputs[1], old[5]])
    np.testing.assert_array_equal(after.inputs, [inputs[3], inputs[1], inputs[5]])


def test_estimates_travel_and_broken_ones_are_refused():
    inputs = own_statistics(FAMILY, scatter(13))
    estimates = pickle.loads(pickle.dumps(Estimates.begin(inputs)))
    estimates.require_sound()
    np.testing.assert_array_equal(estimates.mean, inputs)
    with pytest.raises(ValueError, match="rows"):
        Estimates(inputs, inputs[1:], inputs).require_sound()


@pytest.mark.parametrize(
    "settings",
    [
        {"neighbours": 0},
        {"neighbours": 2.5},
        {"neighbours": 65},
        {"sensing_range": 0.0},
        {"sensing_range": math.nan},
        {"patch_cells": 0},
        {"patch_cells": True},
        {"patch_width": -0.1},
        {"patch_width": math.inf},
    ],
)
def test_settings_out_of_range_are_refused(settings):
    (name,) = settings
    with pytest.raises(UsageError, match=f"{name}.*not allowed"):
        LocalView.of(**settings)
