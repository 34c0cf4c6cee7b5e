"""Starts by region, array and file: the same places, and draws that nothing else changes."""

from pathlib import Path

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.spawn import START_NAMES, spawn
from bildsim.envs.robots.starts import Starts

STARTS = Starts(robots=3, radius=0.025, apart=True)
PLACES = np.array([[0.0, 0.0], [0.5, -0.5], [-1.0, 1.0]])


@pytest.mark.parametrize("name", START_NAMES)
def test_regions_are_drawn_as_ever(name):
    assert STARTS.checked(name) == name
    drawn = STARTS.poses(name, np.random.default_rng(4))
    np.testing.assert_array_equal(drawn, spawn(name, 3, 0.025, np.random.default_rng(4)))


def test_arrays_lists_and_files_are_the_same_places(tmp_path):
    np.save(tmp_path / "a.npy", PLACES)
    np.savetxt(tmp_path / "a.csv", PLACES, delimiter=",", header="x,y", comments="")
    for start in (PLACES, PLACES.tolist(), tmp_path / "a.npy", str(tmp_path / "a.csv")):
        poses = STARTS.poses(STARTS.checked(start), np.random.default_rng(0))
        np.testing.assert_array_equal(poses[:, :2], PLACES)
        expected = np.random.default_rng(0).uniform(-np.pi, np.pi, 3)
        np.testing.assert_array_equal(poses[:, 2], expected)


def test_bad_starts_are_refused(tmp_path):
    np.save(tmp_path / "two.npy", PLACES[:2])
    for start, words in (
        ("korner", r"^start='korner' is unknown: did you mean corner\? .*, a file of places \("),
        ("nowhere.csv", r"^start='nowhere\.csv' does not exist"),
        (Path("corner"), r"^start='corner' has an unknown extension"),
        (PLACES[:2], "^poses of 2 robots are not possible with robots=3: allowed is robots=2"),
        (tmp_path / "two.npy", r"^start='.*two\.npy': poses of 2 robots .* allowed is robots=2"),
        (None, r"^poses of shape \(\) are not possible"),
    ):
        with pytest.raises(UsageError, match=words):
            STARTS.checked(start)
