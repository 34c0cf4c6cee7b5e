"""Environments without PyBullet unless a test asks for it."""

from functools import partial

import pytest


@pytest.fixture
def swarm(swarm):
    """Make environments and close them."""
    return partial(swarm, dynamics="kinematic")
