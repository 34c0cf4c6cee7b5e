"""Metropolis tracking: exact while everything arrives, biased for ever by what is lost."""

import numpy as np
import pytest

from bildsim.controllers.consensus.metropolis import lazily_mixed
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
    play,
    worst,
)


@pytest.mark.parametrize("laziness", [0.0, 0.5, 0.9])
def test_mixing_is_the_lazy_matrix_with_oneself_for_who_is_not_heard(laziness):
    rng = np.random.default_rng(0)
    network, (own, received) = draw("er:0.4", rng), rng.standard_normal((2, ROBOTS, SIZE))
    edges = directed_edges(network)
    heard = rng.random(len(edges.keys)) < 0.6
    arrives = np.zeros((ROBOTS, ROBOTS))
    arrives[edges.heads[heard], edges.tails[heard]] = 1.0
    matrix = (1.0 - laziness) * network.matrix().toarray() * arrives
    expected = matrix @ received + (1.0 - matrix.sum(axis=1))[:, None] * own
    mixed = lazily_mixed(network, laziness, Arrivals(heard), own, received)
    np.testing.assert_allclose(mixed, expected, rtol=0, atol=1e-14)


def test_with_loss_metropolis_does_not():
    rng, rule, links = np.random.default_rng(1), RULES["metropolis"], LossyLinks(LOSSY)
    network, inputs = draw("er:0.5", rng), rng.standard_normal((ROBOTS, SIZE))
    state = rule.init(inputs, network)
    state, _ = play(rule, state, links, links.init(ROBOTS, rng), network, inputs, 900)
    estimates = rule.estimates(state)
    assert np.ptp(estimates, axis=0).max() <= 1e-10, "they agree"
    assert worst(rule, state, inputs.mean(axis=0)) >= 1e-3, "but not on the mean"


def test_metropolis_keeps_its_sum_on_changing_networks_while_nothing_is_lost():
    def check(state, inputs, network):
        np.testing.assert_allclose(state.estimates.sum(axis=0), inputs.sum(axis=0), atol=1e-12)

    churn(RULES["metropolis"], np.random.default_rng(2), LinkSettings(), check)
