"""The loop of (7) and a consensus, for robots whose grad_2 g_i is linear: h y_i + b_i.

Steps up to the bound of `MacroSettings.surely_stable`, g h <= 1/2 with laziness 1/2, must bring all
y_i to -mean(b) / h, whatever the network and with a share of the messages lost.
"""

import numpy as np
import pytest

from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking, lazily_mixed
from bildsim.controllers.consensus.push_sum import PushSum
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import LossyLinks, Sent

ROBOTS, LAZINESS = 20, 0.5
RULES = {"metropolis": MetropolisTracking(0.5), "admm": AdmmConsensus(), "push-sum": PushSum(0.5)}
GAINS = np.array([0.02, 0.1, 0.3, 0.5])


def play(rule, spec, settings, rounds):
    """Return y, (N, gains), after some rounds, and where it should be."""
    rng, links = np.random.default_rng(0), LossyLinks(settings)
    network = build_network(NetworkSpec.parse(spec), rng.uniform(-1, 1, (ROBOTS, 2)), rng)
    offset = rng.standard_normal((ROBOTS, 1))
    y = rng.standard_normal((ROBOTS, 1)) * np.ones(len(GAINS))
    state, where = rule.init(y + offset, network), links.init(ROBOTS, rng)
    sent = Sent()
    for _ in range(rounds):
        arrivals, where = links.next_round(where, network)
        received, sent = sent.and_now(y, arrivals.delay)
        mixed = lazily_mixed(network, LAZINESS, arrivals, y, received)
        y = mixed - GAINS * rule.estimates(state)
        state = rule.advance(state, y + offset, network, arrivals)
    return y, -offset.mean()


@pytest.mark.parametrize("name", ["admm", "push-sum"])
@pytest.mark.parametrize("spec", ["er:0.4", "regular:6", "complete", "knn:8"])
@pytest.mark.parametrize("loss", [0.0, 0.4])
def test_the_robust_ones_are_stable_and_right(name, spec, loss):
    y, expected = play(RULES[name], spec, LinkSettings(loss=loss), 1500)
    np.testing.assert_allclose(y, expected, atol=1e-6)


def test_metropolis_is_stable_and_wrong():
    y, expected = play(RULES["metropolis"], "er:0.4", LinkSettings(loss=0.4), 1500)
    assert np.abs(y - expected).max() <= 10.0
    assert np.abs(y - expected).min() >= 1e-3


def test_admm_bears_delays():
    y, expected = play(RULES["admm"], "er:0.4", LinkSettings(loss=0.2, link_delay=3), 1500)
    assert np.ptp(y, axis=0).max() <= 0.1
    np.testing.assert_allclose(y.mean(axis=0), expected, atol=1e-6)
