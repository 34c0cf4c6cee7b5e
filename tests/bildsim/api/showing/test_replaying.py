"""What is found again of a run that was saved."""

import numpy as np
import pytest

from bildsim import simulate
from bildsim.api.showing.replaying import replayed
from bildsim.controllers.baselines.reference.static import Static


class Gather(Static):
    """Sends everybody into one corner."""

    def plan(self, state, observation):
        return np.ones_like(observation.positions), state


@pytest.fixture(scope="module")
def crowded():
    """Robots that push each other and the walls."""
    return simulate(
        12, start="centre", planner=Gather, dynamics="kinematic", duration=6.0, progress=False
    )


def test_fits_are_those_of_the_run(crowded):
    found = replayed(crowded)
    np.testing.assert_allclose(found.kl_fit, crowded.reel.kl_fit, rtol=1e-6)
    np.testing.assert_allclose(found.learned, crowded.reel.learned, atol=1e-6)


def test_touching_robots_are_found(crowded):
    found, kept = replayed(crowded), crowded.reel
    assert kept.touching_pairs[-1] > 5
    assert kept.touching_pairs[0] == found.touching_pairs[0] == 0
    # Discs a hair apart count here as touching.
    assert (kept.contact <= found.contact).mean() > 0.98
    assert (found.contact == kept.contact).mean() > 0.9


def test_what_nobody_knows_any_more_is_left_out(crowded):
    found = replayed(crowded)
    assert not found.saturated.any()
    assert np.isnan(found.kl_estimate).all()
    assert found.bytes_sent[-1] == crowded.bytes_sent[-1]
