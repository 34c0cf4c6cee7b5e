"""Videos as targets: what is read back, and every file that is none."""

import imageio.v2 as imageio
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.targets.files import film
from bildsim.targets.files.target_file import film_from_file
from tests.bildsim.targets.files.quarters import cell_centres


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


def test_a_video_that_is_too_long_is_refused(tmp_path, monkeypatch):
    imageio.mimwrite(tmp_path / "film.mp4", list(stripes()), fps=16)
    monkeypatch.setattr(film, "MOST_FRAMES", 47)
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
