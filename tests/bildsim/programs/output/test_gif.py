"""Animated pictures: small, slow enough, complete, and made only when the film is whole."""

from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from bildsim.basics.errors import RunError
from bildsim.programs.output.gif import MOST_FRAMES, WIDTH, encoded, make_gif
from bildsim.programs.output.video_writer import VideoWriter

SIZE = (320, 180)


def film(path, frames, fps=30.0):
    with closing(VideoWriter(path, fps, SIZE)) as video:
        for number in range(frames):
            frame = np.full((SIZE[1], SIZE[0], 3), 20, np.uint8)
            frame[:, : 4 * (number % 80)] = (94, 234, 212)
            video.write(frame)
    return path


def test_a_film_becomes_an_animated_picture(tmp_path):
    video = film(tmp_path / "a.mp4", 60)
    make_gif(video, tmp_path / "a.gif", 2.0)
    assert video.exists()
    with Image.open(tmp_path / "a.gif") as picture:
        assert picture.format == "GIF"
        assert picture.size == (WIDTH, 450)
        assert picture.n_frames == pytest.approx(20, abs=1), "ten a second"
        picture.seek(picture.n_frames - 1)
        shown = np.asarray(picture.convert("RGB")).astype(int)
    assert np.abs(shown[200, 20] - (94, 234, 212)).max() < 25
    assert np.abs(shown[200, 780] - 20).max() < 25
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "a.mp4"]


def test_a_long_film_has_no_more_frames(tmp_path):
    video = film(tmp_path / "a.mp4", 300, fps=10.0)
    make_gif(video, tmp_path / "a.gif", 30.0)
    with Image.open(tmp_path / "a.gif") as picture:
        assert picture.n_frames <= MOST_FRAMES


def test_what_cannot_be_made_leaves_nothing(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no film")
    with pytest.raises(RunError, match=r"a\.gif could not be made: "):
        make_gif(tmp_path / "a.mp4", tmp_path / "a.gif", 1.0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_only_animated_pictures_are_encoded_elsewhere(tmp_path):
    for name in ("a.mp4", "a.mkv", "a.MOV"):
        assert encoded(tmp_path / name) == tmp_path / name
    assert encoded(tmp_path / "a.GIF") == tmp_path / "a.GIF.film.mp4"
    assert len(encoded(tmp_path / ("x" * 200 + ".gif")).name) <= 143
