"""Who shows agents the swarm, and what is refused."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.agents.local_observation import LocalObserver
from bildsim.envs.agents.observation import GlobalObserver
from bildsim.envs.agents.observers import usual_network
from bildsim.envs.swarm import SwarmEnv
from bildsim.network.graph import build_network


def test_the_mode_says_who():
    for mode, kind in (("global", GlobalObserver), ("local", LocalObserver)):
        env = SwarmEnv(robots=4, dynamics="ideal", observation_mode=mode)
        assert isinstance(env._observer, kind)
        assert env.observation_space is env._observer.space


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"neighbours": 3}, "neighbours=3 means nothing with observation_mode='global'"),
        ({"network": "ring"}, "network='ring' means nothing .*for observation_mode='local'"),
        ({"observation_mode": "locale"}, "observation_mode='locale' is unknown: did you mean loc"),
        ({"observation_mode": "local", "neighbours": 0}, "neighbours=0 is not allowed"),
        ({"observation_mode": "local", "sensing_range": -1.0}, "sensing_range=-1"),
        ({"observation_mode": "local", "network": "disc:0.3"}, "did you mean disk"),
        ({"observation_mode": "local", "network": "knn:4"}, "knn:4.*more than 4 robots"),
        ({"observation_mode": "local", "patch_width": 0.0}, "patch_width=0"),
    ],
)
def test_what_is_refused(arguments, words):
    with pytest.raises(UsageError, match=words):
        SwarmEnv(robots=4, dynamics="ideal", **arguments)


@pytest.mark.parametrize("robots", [3, 10, 30, 100, 300])
def test_the_usual_network_joins_most_swarms(robots):
    rng, spec = np.random.default_rng(0), usual_network(robots)
    drawn = [build_network(spec, rng.uniform(-1, 1, (robots, 2)), rng) for _ in range(60)]
    assert sum(network.connected for network in drawn) >= 54
    assert np.mean([network.degree.mean() for network in drawn]) < 16, "and no more than needed"


def test_the_usual_network_reaches_as_far_as_the_arena_asks_for():
    assert usual_network(50, 4.0).parameter == pytest.approx(
        4.0 * usual_network(50).parameter, abs=0.04
    )
