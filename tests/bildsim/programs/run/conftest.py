"""What the tests of checkpoints share: the results of runs that nothing disturbed."""

import pytest

from tests.bildsim.programs.run.killing import SMALL, call, results


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """Return the results of an undisturbed run, done once for each dynamics."""
    place, done = tmp_path_factory.mktemp("whole"), {}

    def get(dynamics):
        if dynamics not in done:
            assert call(*SMALL, "--dynamics", dynamics, "--out", place / dynamics) == 0
            done[dynamics] = results(place / dynamics)
        return done[dynamics]

    return get
