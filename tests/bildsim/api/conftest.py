"""Results that several tests look at, and never change."""

import pytest

from bildsim import simulate
from tests.bildsim.api.small import SMALL


@pytest.fixture(scope="session")
def small():
    """A run of eight robots that die one by one, with all that BILD-MACRO tells."""
    return simulate(8, target="ring", dead="robots:3@0.5", seed=3, network="complete", **SMALL)


@pytest.fixture(scope="session")
def moving():
    """A run behind a target that moves, whose planner keeps no estimate."""
    return simulate(5, target="moving_gauss", planner="cvt", **SMALL)
