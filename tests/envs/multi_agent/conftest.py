"""Swarms as PettingZoo has them, closed when the test ends."""

import numpy as np
import pytest

from bildsim.envs.multi_agent.environment import SwarmParallelEnv


@pytest.fixture
def agents():
    """Make environments and close them."""
    made = []

    def make(**arguments):
        made.append(SwarmParallelEnv(**{"robots": 6, "dynamics": "kinematic", **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()


@pytest.fixture
def drawn():
    """Draw an action for each agent from its space: drawn(env, rng)."""

    def draw(env, rng):
        spaces = [env.action_space(agent) for agent in env.agents]
        values = [rng.uniform(space.low, space.high).astype(space.dtype) for space in spaces]
        return dict(zip(env.agents, values, strict=True))

    return draw


@pytest.fixture
def same():
    """Compare what two environments gave, to the bit: same(one, other)."""

    def compare(one, other):
        assert type(one) is type(other)
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            for key in one:
                compare(one[key], other[key])
        elif isinstance(one, tuple | list):
            assert len(one) == len(other)
            for first, second in zip(one, other, strict=True):
                compare(first, second)
        elif isinstance(one, np.ndarray):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other

    return compare
