"""Environments that are closed when the test ends."""

import pytest

from bildsim.envs.swarm import SwarmEnv


@pytest.fixture
def swarm():
    """Make environments and close them."""
    made = []

    def make(**arguments):
        made.append(SwarmEnv(**{"robots": 8, **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()
