"""The consensus that forgets: its two formulas, where it rests, and what it gets over."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.consensus.forgetting import ForgettingConsensus
from bildsim.network.channel import Channel, Size
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Arrivals, LossyLinks
from tests.controllers.consensus.literal_consensus import neighbours_of
from tests.controllers.consensus.played_rounds import ROBOTS, SIZE, draw, play, worst

LEAK = 0.05


class Robot:
    """One robot with the three formulas of the class, and dictionaries by neighbour."""

    def __init__(self, own, rule):
        self.s, self.p, self.r, self.rule = own.copy(), {}, np.zeros_like(own), rule

    def meet(self, degree, degrees_around):
        self.rho = {j: self.rule.penalty / max(degree, d) for j, d in degrees_around.items()}
        self.r = sum((p for j, p in self.p.items() if j not in self.rho), self.r)
        self.p = {j: self.p.get(j, 0.0 * self.s) for j in self.rho}

    def renew(self, own, heard):
        said = {j: heard.get(j, self.s) for j in self.rho}
        self.r = (1.0 - self.rule.fade) * self.r
        for j, rho in self.rho.items():
            self.p[j] = (1.0 - self.rule.leak) * self.p[j] - rho * (said[j] - self.s)
        both = sum((rho * (self.s + said[j]) for j, rho in self.rho.items()), 0.0 * own)
        dual = sum(self.p.values(), self.r)
        self.s = (own - dual + both) / (1.0 + 2.0 * sum(self.rho.values()))


def meet(robots, network):
    around = [neighbours_of(network, i) for i in range(len(robots))]
    for i, robot in enumerate(robots):
        robot.meet(len(around[i]), {j: len(around[j]) for j in around[i]})


def rest(rule, state, network, inputs, rounds=500):
    for _ in range(rounds):
        state = rule.advance(state, inputs, network, Arrivals.all_of(network))
    return state


@pytest.mark.parametrize("leak", [0.0, 1e-3, 0.3])
@pytest.mark.parametrize("spec", ["er:0.4", "er:0.1", "ring"])
def test_arrays_equal_robots_with_the_formulas_of_the_class(leak, spec):
    """With messages lost, inputs and networks that change; in er:0.1 some have no neighbours."""
    rng, rule = np.random.default_rng(0), ForgettingConsensus(4.0, leak, fade=0.1)
    network, inputs = draw(spec, rng), rng.standard_normal((ROBOTS, SIZE))
    robots, state = [Robot(own, rule) for own in inputs], rule.init(inputs, network)
    for count in range(60):
        if count % 20 == 0:
            network = draw(spec, rng)
            meet(robots, network)
            edges = directed_edges(network)
        inputs = inputs + 0.1 * rng.standard_normal(inputs.shape)
        heard = rng.random(len(edges.keys)) < 0.7
        letters = [{} for _ in robots]
        for i, j in zip(edges.heads[heard], edges.tails[heard], strict=True):
            letters[i][int(j)] = robots[j].s
        for robot, own, letter in zip(robots, inputs, letters, strict=True):
            robot.renew(own, letter)
        state = rule.advance(state, inputs, network, Arrivals(heard))
        expected = np.array([robot.s for robot in robots])
        np.testing.assert_allclose(rule.estimates(state), expected, rtol=0, atol=1e-11)
        settled = rule._settled(state)
        held = [robots[i].p[int(j)] for i, j in zip(edges.heads, edges.tails, strict=True)]
        np.testing.assert_allclose(
            settled.duals, np.reshape(held, state.duals.shape), rtol=0, atol=1e-11
        )
        faded = [robot.r for robot in robots]
        np.testing.assert_allclose(state.fading, faded, rtol=0, atol=1e-11)


@pytest.mark.parametrize("spec", ["ring", "er:0.5", "complete"])
def test_at_rest_the_estimates_have_the_mean_of_the_inputs(spec):
    """Each is off by a share of the leak, all together by nothing."""
    rng = np.random.default_rng(1)
    network, inputs = draw(spec, rng), rng.standard_normal((ROBOTS, SIZE))
    mean, errors = inputs.mean(axis=0), []
    for leak in (LEAK, LEAK / 4.0, 0.0):
        rule = ForgettingConsensus(leak=leak)
        state = rest(rule, rule.init(inputs, network), network, inputs)
        np.testing.assert_allclose(rule.estimates(state).mean(axis=0), mean, rtol=0, atol=1e-9)
        np.testing.assert_allclose(state.totals.sum(axis=0), 0.0, rtol=0, atol=1e-9)
        errors.append(worst(rule, state, mean))
    assert errors[1] == pytest.approx(errors[0] / 4.0, rel=0.25)
    assert errors[2] <= 1e-10


def test_it_forgets_lost_messages_by_the_leak():
    """What they left in the sum of the duals shrinks by e a round; without the leak it stays."""
    rng, links = np.random.default_rng(2), LossyLinks(LinkSettings(loss=0.3))
    network, inputs = draw("er:0.5", rng), rng.standard_normal((ROBOTS, SIZE))
    mean, half = inputs.mean(axis=0), round(np.log(2.0) / LEAK)
    for leak in (0.0, LEAK):
        rule = ForgettingConsensus(leak=leak)
        state, where = rule.init(inputs, network), links.init(ROBOTS, np.random.default_rng(3))
        state, _ = play(rule, state, links, where, network, inputs, 60)
        left = state.totals.sum(axis=0)
        assert np.abs(left).max() > 0.1
        state = rest(rule, state, network, inputs, half)
        shrunk = left * (1.0 - leak) ** half
        np.testing.assert_allclose(state.totals.sum(axis=0), shrunk, rtol=0, atol=1e-11)
        state = rest(rule, state, network, inputs)
        off = np.abs(rule.estimates(state).mean(axis=0) - mean).max()
        assert off <= 1e-9 if leak else off > 0.1


def test_it_forgets_who_died_and_takes_in_who_came():
    """By half in ln(2) / f rounds even without the leak: no edge keeps anything of who is gone."""
    rng, rule = np.random.default_rng(4), ForgettingConsensus(leak=0.0, fade=LEAK)
    network, inputs = draw("er:0.5", rng), rng.standard_normal((ROBOTS, SIZE))
    state = rest(rule, rule.init(inputs, network), network, inputs, 5)
    origin = np.array([5, 3, 9, -1, 7, 1, 11, 0, 2, -1])
    new = np.where((origin < 0)[:, None], 4.0, inputs[origin])
    after = rule.change_members(state, origin, new)
    np.testing.assert_array_equal(rule.estimates(after)[[3, 9]], 4.0)
    np.testing.assert_array_equal(rule.estimates(after)[0], rule.estimates(state)[5])
    left = after.fading.sum(axis=0)
    assert np.abs(left).max() > 0.1
    network = draw("complete", rng, len(origin))
    rounds = round(np.log(2.0) / LEAK)
    half = rest(rule, after, network, new, rounds)
    shrunk = left * (1.0 - LEAK) ** rounds
    np.testing.assert_allclose(half.fading.sum(axis=0), shrunk, rtol=0, atol=1e-12)
    late = rule.estimates(rest(rule, after, network, new)).mean(axis=0)
    np.testing.assert_allclose(late, new.mean(axis=0), rtol=0, atol=1e-9)


def test_an_edge_that_goes_leaves_the_sum_of_all_as_it_was():
    """Its two ends let go of it alike, so the parts of a split have sums of their own at once."""
    rng, rule = np.random.default_rng(10), ForgettingConsensus()
    network, inputs = draw("er:0.5", rng), rng.standard_normal((ROBOTS, SIZE))
    state = rest(rule, rule.init(inputs, network), network, inputs, 50)
    for spec in ("ring", "er:0.2", "complete"):
        state = rest(rule, state, draw(spec, rng), inputs, 3)
        assert np.abs(state.fading).max() > 1e-3
        total = state.fading.sum(axis=0) + state.totals.sum(axis=0)
        np.testing.assert_allclose(total, 0.0, rtol=0, atol=1e-12)


def test_no_lean_remains_where_one_link_joins_two_parts():
    """One dual a robot needs a leak that forgets, and leans by it; here the leak may be small."""
    inputs = np.repeat([[0.0], [1.0]], 6, axis=0)
    halves = [(i, j) for i in range(12) for j in range(i) if (i < 6) == (j < 6)]
    network = network_of_edges(np.array([*halves, (5, 6)]), 12)
    offs = {}
    for leak in (1e-3, 1e-4):
        rule = ForgettingConsensus(leak=leak)
        state = rest(rule, rule.init(inputs, network), network, inputs, 20_000)
        offs[leak] = np.abs(rule.estimates(state) - 0.5).max()
    assert offs[1e-4] == pytest.approx(offs[1e-3] / 10.0, rel=0.1)


def test_it_forgets_that_it_was_in_parts_and_that_it_was_whole():
    rng, rule = np.random.default_rng(5), ForgettingConsensus(leak=LEAK, fade=LEAK)
    inputs = rng.standard_normal((8, SIZE))
    halves = [(i, j) for i in range(8) for j in range(i) if (i < 4) == (j < 4)]
    split = network_of_edges(np.array(halves), 8)
    whole = network_of_edges(np.array([*halves, (3, 4)]), 8)
    state = rest(rule, rule.init(inputs, whole), whole, inputs)
    state = rest(rule, state, split, inputs)
    for part in (slice(0, 4), slice(4, 8)):
        found = rule.estimates(state)[part].mean(axis=0)
        np.testing.assert_allclose(found, inputs[part].mean(axis=0), rtol=0, atol=1e-9)
    state = rest(rule, state, whole, inputs)
    found = rule.estimates(state).mean(axis=0)
    np.testing.assert_allclose(found, inputs.mean(axis=0), rtol=0, atol=1e-9)


@pytest.mark.parametrize("delay", [1, 3])
def test_with_delay_it_is_the_same_iteration_every_few_rounds(delay):
    rng, rule = np.random.default_rng(6), ForgettingConsensus(leak=LEAK)
    network, inputs = draw("er:0.4", rng), rng.standard_normal((ROBOTS, SIZE))
    links = LossyLinks(LinkSettings(link_delay=delay))
    prompt = late = rule.init(inputs, network)
    where = links.init(ROBOTS, rng)
    for _ in range(20):
        for count in range(delay + 1):
            np.testing.assert_array_equal(rule.estimates(late), rule.estimates(prompt))
            assert late.waited == count
            late, where = play(rule, late, links, where, network, inputs, 1)
        prompt = rule.advance(prompt, inputs, network, Arrivals.all_of(network))
    np.testing.assert_array_equal(rule.estimates(late), rule.estimates(prompt))


@pytest.mark.parametrize("rounds", [1, 3])
def test_word_travels_an_edge_a_round(rounds):
    """On a path, robots further than so many edges from a change know nothing of it."""
    path = network_of_edges(np.array([(i, i + 1) for i in range(8)]), 9)
    rule = ForgettingConsensus()
    ends = []
    for size in (0.0, 1.0):
        inputs = np.zeros((9, 1))
        inputs[0] = size
        ends.append(rule.estimates(rest(rule, rule.init(inputs, path), path, inputs, rounds)))
    differs = np.flatnonzero((ends[0] != ends[1])[:, 0])
    assert differs.tolist() == list(range(rounds + 1))


def test_short_numbers_make_small_errors_and_no_bias():
    """What two robots find apart adds up to zero however numbers are rounded."""
    rng = np.random.default_rng(7)
    network, inputs = draw("er:0.5", rng), rng.uniform(-1.0, 1.0, (ROBOTS, SIZE))
    ends = {}
    for bits in (64, 32, 16):
        rule = ForgettingConsensus(leak=LEAK, number_bits=bits)
        state = rest(rule, rule.init(inputs, network), network, inputs)
        np.testing.assert_allclose(state.totals.sum(axis=0), 0.0, rtol=0, atol=1e-9)
        ends[bits] = rule.estimates(state)
    # A half-precision number below 1 is wrong by at most 2^-12, a single one by 2^-25.
    for bits, step in ((32, 2.0**-25), (16, 2.0**-12)):
        gap = np.abs(ends[bits] - ends[64]).max()
        assert 0.0 < gap <= 20.0 * step


def test_messages_with_few_bits_are_rounded_as_the_links_say():
    rng, rule = np.random.default_rng(8), ForgettingConsensus(leak=LEAK)
    network, inputs = draw("er:0.5", rng), rng.uniform(-1.0, 1.0, (ROBOTS, SIZE))
    everything = Arrivals.all_of(network)
    state = rule.init(inputs, network)
    exact = rule.estimates(rule.advance(state, inputs, network, everything))
    coarse = rule.estimates(rule.advance(state, inputs, network, replace(everything, bits=8)))
    assert 0.0 < np.abs(coarse - exact).max() <= 0.02


def test_a_message_holds_the_numbers_of_an_input():
    assert ForgettingConsensus().numbers_per_message(48) == 48


@pytest.mark.parametrize("name", ["estimates", "duals", "said", "totals", "inputs", "fading"])
def test_a_state_whose_arrays_do_not_go_together_is_refused(name):
    network = draw("ring", np.random.default_rng(9))
    state = ForgettingConsensus().init(np.zeros((ROBOTS, SIZE)), network)
    state.require_sound()
    with pytest.raises(ValueError, match="rows"):
        replace(state, **{name: np.zeros((ROBOTS - 1, SIZE))}).require_sound()


@pytest.mark.parametrize("loss", [0.0, 0.4])
def test_sums_of_duals_are_those_of_the_edges_where_some_go_by_older_messages(loss):
    rng, rule = np.random.default_rng(4), ForgettingConsensus()
    positions = rng.uniform(-1.0, 1.0, (8, 2))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    channel = Channel(LinkSettings(send_threshold=0.3, loss=loss))
    inputs, said = rng.normal(size=(8, 3)), channel.open(8, rng)
    state, older = rule.init(inputs, network), 0
    for _ in range(30):
        inputs = inputs * rng.choice([1.0, 1.5], size=(8, 1))
        message = rule.estimates(state)
        arrivals, said = channel.next_round(said, network, Size((3,)), message)
        older += len(said.held.older)
        state = rule.advance(state, inputs, network, arrivals)
        heads, totals = directed_edges(network).heads, np.zeros((8, 3))
        np.add.at(totals, heads, rule._settled(state).duals)
        np.testing.assert_allclose(state.totals, totals, atol=1e-9)
        if not loss:
            np.testing.assert_allclose(state.totals.sum(axis=0), 0.0, atol=1e-9)
    assert (older > 0) == (loss > 0.0)
