"""Push-sum with running sums: nothing of the sum is ever lost but what leaves with a robot."""

import numpy as np
import pytest

from bildsim.controllers.consensus.metropolis import MetropolisTracking
from bildsim.controllers.consensus.push_sum import PushSum
from bildsim.network.directed_edges import directed_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Arrivals, LossyLinks
from tests.controllers.consensus.played_rounds import (
    LOSSY,
    ROBOTS,
    RULES,
    SIZE,
    churn,
    draw,
    masses,
    play,
)


def test_without_loss_it_is_metropolis_tracking_round_by_round():
    rng = np.random.default_rng(0)
    network, inputs = draw("er:0.4", rng), rng.standard_normal((ROBOTS, SIZE))
    rules = PushSum(0.5), MetropolisTracking(0.5)
    states = [rule.init(inputs, network) for rule in rules]
    for _ in range(40):
        inputs = inputs + 0.1 * rng.standard_normal(inputs.shape)
        everything = Arrivals.all_of(network)
        states = [
            rule.advance(state, inputs, network, everything)
            for rule, state in zip(rules, states, strict=True)
        ]
        one, other = (rule.estimates(state) for rule, state in zip(rules, states, strict=True))
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("delay", [0, 2])
@pytest.mark.parametrize("loss", [0.0, 0.6])
def test_push_sum_loses_no_mass_under_loss_delay_and_on_changing_networks(loss, delay):
    """Rounding apart: the running sums reach some ten, 120 rounds."""

    def check(state, inputs, network):
        expected = np.append(inputs.sum(axis=0), ROBOTS)
        np.testing.assert_allclose(masses(state), expected, atol=1e-11)
        assert (state.mass[:, -1] > 0.0).all()

    bad = LinkSettings(loss=loss, link_delay=delay)
    churn(RULES["push-sum"], np.random.default_rng(3), bad, check)


def test_push_sum_accounts_for_what_leaves_with_a_robot():
    rng, rule, links = np.random.default_rng(8), RULES["push-sum"], LossyLinks(LOSSY)
    inputs = rng.standard_normal((ROBOTS, SIZE))
    network = draw("er:0.6", rng)
    state = rule.init(inputs, network)
    state, where = play(rule, state, links, links.init(ROBOTS, rng), network, inputs, 9)
    edges = directed_edges(network)
    gone = 4
    to_or_from = (edges.heads == gone) | (edges.tails == gone)
    waiting = state.out[to_or_from].sum(axis=0) - state.heard[to_or_from].sum(axis=0)
    expected = masses(state) - state.mass[gone] - waiting
    origin = np.delete(np.arange(ROBOTS), gone)
    after = rule.change_members(state, origin, inputs[origin])
    np.testing.assert_allclose(masses(after), expected, atol=1e-12)
    assert links.change_members(where, origin).robots == ROBOTS - 1
