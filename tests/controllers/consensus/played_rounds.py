"""Rounds of consensus over bad links and changing networks, for the tests of this folder."""

import numpy as np

from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.forgetting import ForgettingConsensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking
from bildsim.controllers.consensus.push_sum import PushSum, under_way
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import LossyLinks

ROBOTS, SIZE = 14, 3
RULES = {"metropolis": MetropolisTracking(0.5), "admm": AdmmConsensus(), "push-sum": PushSum()}
# What forgets ends only near the mean; what it shares with the others is tested with them.
ALL_RULES = {**RULES, "forgetting": ForgettingConsensus()}
ROBUST = ["admm", "push-sum"]
LOSSY = LinkSettings(loss=0.3)


def draw(spec, rng, robots=ROBOTS):
    return build_network(NetworkSpec.parse(spec), rng.uniform(-1, 1, (robots, 2)), rng)


def play(rule, state, links, where, network, inputs, rounds):
    """Do rounds with inputs that stay; return the consensus and the links."""
    for _ in range(rounds):
        arrivals, where = links.next_round(where, network)
        state = rule.advance(state, inputs, network, arrivals)
    return state, where


def masses(state):
    """Return all there is of the inputs' sum and of the weight, with the robots or under way."""
    return state.mass.sum(axis=0) + under_way(state)


def worst(rule, state, mean):
    return np.abs(rule.estimates(state) - mean).max()


def churn(rule, rng, bad, check, rounds=120):
    """Lose messages on ever new networks while inputs change; check(state, inputs, network)."""
    links, inputs = LossyLinks(bad), rng.standard_normal((ROBOTS, SIZE))
    network = draw("er:0.4", rng)
    state, where = rule.init(inputs, network), links.init(ROBOTS, rng)
    for count in range(rounds):
        if count % 7 == 6:
            network = draw(str(rng.choice(["er:0.15", "er:0.4", "ring", "disk:0.5"])), rng)
        inputs = inputs + 0.1 * rng.standard_normal(inputs.shape)
        arrivals, where = links.next_round(where, network)
        state = rule.advance(state, inputs, network, arrivals)
        check(state, inputs, network)
    return state, where, inputs, network
