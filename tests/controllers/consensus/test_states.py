"""States of consensus that come from files: their arrays go together, or they are refused."""

from dataclasses import fields, replace

import numpy as np
import pytest

from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.forgetting import ForgettingConsensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking
from bildsim.controllers.consensus.push_sum import PushSum
from bildsim.network.graph import network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import LossyLinks

NETWORK = network_of_edges(np.array([[0, 1], [1, 2], [2, 3], [0, 3]]), 4)
LINKS = LossyLinks(LinkSettings(link_delay=1))


def after_rounds(consensus):
    inputs = np.arange(8.0).reshape(4, 2)
    state, links = consensus.init(inputs, NETWORK), LINKS.init(4, np.random.default_rng(0))
    for _ in range(3):
        arrivals, links = LINKS.next_round(links, NETWORK)
        state = consensus.advance(state, inputs, NETWORK, arrivals)
    return state, links


@pytest.mark.parametrize(
    "consensus", [MetropolisTracking(), AdmmConsensus(), PushSum(), ForgettingConsensus()]
)
def test_what_consensus_leaves_is_sound_and_no_array_may_be_shorter(consensus):
    for state in after_rounds(consensus):
        state.require_sound()
        for field in fields(state):
            value = getattr(state, field.name)
            if isinstance(value, np.ndarray) and len(value):
                with pytest.raises(ValueError, match="rows"):
                    replace(state, **{field.name: value[:-1]}).require_sound()


@pytest.mark.parametrize("consensus", [AdmmConsensus(), PushSum()])
def test_edges_of_robots_that_are_not_there_are_refused(consensus):
    for state in after_rounds(consensus):
        for wrong in (16, -1):
            keys = state.keys.copy()
            keys[2] = wrong
            with pytest.raises(ValueError, match="edges are known by other numbers"):
                replace(state, keys=keys).require_sound()
