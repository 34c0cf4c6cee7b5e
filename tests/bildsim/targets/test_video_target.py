"""Moving targets from files: frames in order, blended, and every file that is none."""

import imageio.v2 as imageio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets import video_target as target_films
from bildsim.targets.video_target import Film, film_from_file, is_film


def cell_centres(rows, columns):
    x = -1.0 + (2.0 * np.arange(columns) + 1.0) / columns
    y = -1.0 + (2.0 * np.arange(rows) + 1.0) / rows
    return np.stack(np.meshgrid(x, y), axis=-1)


def write_array(path, frames):
    np.save(path, frames)
    return path


def test_frames_are_spread_over_the_time_and_blended(tmp_path):
    frames = np.array([[[1, 0], [0, 0]], [[0, 0], [0, 2]], [[1, 1], [1, 1]]])
    course = film_from_file(write_array(tmp_path / "a.npy", frames), 8.0)
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


def stripes():
    """Frames 64 x 48: the right, the left, the lower third bright; 16 frames each."""
    frames = np.zeros((48, 48, 64, 3), dtype=np.uint8)
    frames[:16, :, 43:] = 220
    frames[16:32, :, :21] = 220
    frames[32:, 32:, :] = 220
    return frames


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_a_video_is_read_back(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    imageio.mimwrite(path, list(stripes()), fps=16, macro_block_size=16)
    assert is_film(path)
    course = film_from_file(path, 4.7)
    assert len(course.course.frames) == 48
    points = cell_centres(60, 60)
    for time_s, bright in (
        (0.7, points[..., 0] > 0.28),
        (2.3, points[..., 0] < -0.28),
        (4.2, points[..., 1] < -0.28),
    ):
        density = course.at(time_s).density(points)
        assert density[bright].sum() / density.sum() == pytest.approx(0.98, abs=0.03)


def test_only_three_dimensions_and_videos_are_films(tmp_path):
    assert is_film(write_array(tmp_path / "a.npy", np.ones((2, 3, 4))))
    assert not is_film(write_array(tmp_path / "b.npy", np.ones((3, 4))))
    assert not is_film(tmp_path / "missing.npy")
    assert not is_film(tmp_path / "picture.png")


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (np.ones((1, 4, 4)), "has one frame: a target that moves needs two or more"),
        (-np.ones((2, 4, 4)), "holds negative values"),
        (np.full((2, 4, 4), np.nan), "holds NaN"),
        (np.stack([np.ones((4, 4)), np.zeros((4, 4))]), "is black .* frame 1: a density is"),
        (np.ones((2, 4, 4), dtype=complex), "real numbers"),
        (np.ones((5001, 1, 1)), "too many frames: at most 5000"),
    ],
)
def test_arrays_that_are_refused(tmp_path, frames, words):
    path = write_array(tmp_path / "film.npy", frames)
    with pytest.raises(UsageError, match=f"target_file='{path}' {words}|{words}"):
        film_from_file(path, 1.0)


def test_what_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(target_films, "MOST_VALUES", 31)
    with pytest.raises(UsageError, match="is too large"):
        film_from_file(write_array(tmp_path / "film.npy", np.ones((2, 4, 4))), 1.0)


def test_a_video_that_is_too_long_is_refused(tmp_path, monkeypatch):
    imageio.mimwrite(tmp_path / "film.mp4", list(stripes()), fps=16)
    monkeypatch.setattr(target_films, "MOST_FRAMES", 47)
    with pytest.raises(UsageError, match="too many frames: at most 47"):
        film_from_file(tmp_path / "film.mp4", 1.0)


def test_videos_that_are_refused(tmp_path):
    (tmp_path / "text.mp4").write_text("no video at all")
    with pytest.raises(UsageError, match=r"text.mp4. cannot be read as a video: "):
        film_from_file(tmp_path / "text.mp4", 1.0)
    with pytest.raises(UsageError, match=r"gone.mp4. does not exist"):
        film_from_file(tmp_path / "gone.mp4", 1.0)
    imageio.mimwrite(tmp_path / "dark.mp4", [np.zeros((32, 32, 3), np.uint8)] * 3, fps=16)
    with pytest.raises(UsageError, match="is black"):
        film_from_file(tmp_path / "dark.mp4", 1.0)
    with pytest.raises(UsageError, match="target_time=0 is out of range"):
        film_from_file(tmp_path / "dark.mp4", 0.0)


def test_on_a_grid_it_is_a_density(tmp_path):
    frames = np.random.default_rng(0).uniform(0.0, 1.0, (4, 6, 7))
    course = film_from_file(write_array(tmp_path / "film.npy", frames), 1.0)
    grid = Grid(0.05)
    assert float(grid.integrate(course.at(0.4).on_grid(grid))) == pytest.approx(1.0)
