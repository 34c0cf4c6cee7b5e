"""Films as targets: frames in order, blended, and those that are refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.files import array_file
from bildsim.targets.files.film import Film, Footage, unless_even
from bildsim.targets.files.target_file import film_from_file
from tests.bildsim.targets.files.quarters import cell_centres


def write_array(path, frames):
    np.save(path, frames)
    return path


def test_frames_are_spread_over_the_time_and_blended(tmp_path):
    frames = np.array([[[1, 0], [0, 0]], [[0, 0], [0, 2]], [[1, 1], [1, 1]]])
    course = film_from_file(write_array(tmp_path / "a.npy", frames), 8.0, target_layout="film")
    assert course.name == "a"
    points = cell_centres(2, 2)
    one, two, three = np.array([[[4, 0], [0, 0]], [[0, 0], [0, 4]], np.ones((2, 2))]) / 4.0
    for time_s, mix in (
        (0.0, one),
        (1.0, 0.75 * one + 0.25 * two),
        (4.0, two),
        (6.0, 0.5 * two + 0.5 * three),
        (8.0, three),
        (99.0, three),
    ):
        assert course.at(time_s).density(points) == pytest.approx(0.98 * mix + 0.005)


@settings(deadline=None, max_examples=40)
@given(
    hnp.arrays(np.float64, (3, 4, 5), elements=st.floats(1e-6, 1e3)),
    st.floats(0.0, 2.0),
    st.booleans(),
)
def test_mass_stays_one_between_frames(frames, time_s, soft):
    course = Film("film", frames, 2.0, soft)
    target = course(time_s)
    assert target.shape.values.mean() == pytest.approx(0.25 * target.mass)
    assert target.mass == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (np.ones((1, 4, 4)), "has one frame, and a target that moves needs two or more"),
        (-np.ones((2, 4, 4)), "holds negative values"),
        (np.full((2, 4, 4), np.nan), "holds NaN"),
        (
            np.stack([np.ones((4, 4)), np.zeros((4, 4))]),
            "has nothing dense in frame 1: a density is",
        ),
        (np.ones((2, 4, 4), dtype=complex), "real numbers"),
        (np.ones((5001, 1, 1)), "too many frames: at most 5000"),
    ],
)
def test_arrays_that_are_refused(tmp_path, frames, words):
    path = write_array(tmp_path / "film.npy", frames)
    with pytest.raises(UsageError, match=f"target_file='{path}' .*{words}"):
        film_from_file(path, 1.0, target_layout="film")


def test_what_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(array_file, "MOST_VALUES", 39)
    with pytest.raises(UsageError, match="is too large"):
        film_from_file(write_array(tmp_path / "film.npy", np.ones((2, 4, 5))), 1.0)


def test_on_a_grid_it_is_a_density(tmp_path):
    frames = np.random.default_rng(0).uniform(0.0, 1.0, (5, 6, 7))
    course = film_from_file(write_array(tmp_path / "film.npy", frames), 1.0)
    grid = Grid(0.05)
    assert float(grid.integrate(course.at(0.4).on_grid(grid))) == pytest.approx(1.0)


def test_moments_of_frames_are_stretched_over_the_time():
    frames = np.array([[[4.0, 0.0]], [[0.0, 4.0]], [[4.0, 0.0]]])
    footage = Footage(Path("a.gif"), frames, False, "a", np.array([2.0, 2.5, 4.0]))
    film = footage.shown_in(8.0).course
    np.testing.assert_allclose(film.times_s, [0.0, 2.0, 8.0])
    left = np.array([-0.5, 0.0])
    # All of the mass on the left is twice the mean density, 1/4; 2 % of it is uniform.
    shares = [(film(t).density(left) - 0.005) / (0.98 * 0.5) for t in (0, 1, 2, 5, 8, 9)]
    np.testing.assert_allclose(shares, [1.0, 0.5, 0.0, 0.5, 1.0, 1.0], atol=1e-9)


@given(st.integers(2, 40), st.floats(0.0, 1.5), st.floats(0.1, 100.0))
def test_equal_moments_are_equal_steps(count, share, seconds):
    frames = np.random.default_rng(0).uniform(0.1, 1.0, (count, 2, 2))
    stamps_s = np.linspace(0.0, seconds, count)
    assert unless_even(stamps_s, 0.0) is None
    even, timed = Film("a", frames, seconds, False), Film("a", frames, seconds, False, stamps_s)
    time_s, places = share * seconds, np.array([[-0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_allclose(
        even(time_s).density(places), timed(time_s).density(places), atol=1e-9
    )


def test_a_clock_that_is_coarse_makes_equal_steps_unequal_by_no_more_than_a_tick():
    stamps_s = np.round(np.arange(50) / 24.0, 3)
    assert unless_even(stamps_s, 1e-3) is None
    stamps_s[20:] += 0.5
    assert unless_even(stamps_s, 1e-3) is stamps_s
