"""Settings of a film: what another process needs to make it."""

import pickle

import numpy as np

from tests.bildsim.programs.output.test_film import settings


def test_they_travel_between_processes(tmp_path):
    kept = settings(tmp_path / "a.mp4", kl_floor=0.02)
    again = pickle.loads(pickle.dumps(kept))
    np.testing.assert_array_equal(again.target, kept.target)
    assert (again.path, again.size, again.kl_floor) == (kept.path, kept.size, 0.02)
