"""A film: frames drawn and encoded in the order in which they are told."""

import imageio_ffmpeg
import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.drawing import FrameState
from bildsim.programs.output.film import Film
from bildsim.programs.output.film_settings import FilmSettings

ROBOTS = 5


def settings(path, **changes):
    """A film of five robots over a uniform target."""
    values = {
        "path": path,
        "fps": 10.0,
        "size": (960, 540),
        "segmented": False,
        "target": np.full((9, 9), 0.25),
        "peak": None,
        "radius": 0.05,
        "duration_s": 2.0,
        "title": "target p*: uniform",
        "kl_floor": None,
        "playback_speed": 1.0,
    }
    return FilmSettings(**{**values, **changes})


def state(count):
    """The robots at the given tick, further right at each."""
    poses = np.zeros((ROBOTS, 3))
    poses[:, 0] = 0.05 * count - 0.5
    poses[:, 1] = np.linspace(-0.8, 0.8, ROBOTS)
    none = np.zeros(ROBOTS, dtype=bool)
    return FrameState(0.1 * count, poses, none, none, readings={"robots": str(ROBOTS)})


def shoot(film, first, last):
    """Tell a film the frames of these ticks, as a run does."""
    for count in range(first, last):
        film.push_kl(0.1 * count, 1.0 / (1 + count), None)
        film.show(state(count), None)


def frames(path):
    return imageio_ffmpeg.count_frames_and_secs(str(path))[0]


def test_every_frame_is_in_the_video(tmp_path):
    film = Film()
    film.open(settings(tmp_path / "a.mp4"))
    shoot(film, 0, 7)
    film.close()
    assert frames(tmp_path / "a.mp4") == 7
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_film_that_was_never_opened_is_closed_without_a_word(tmp_path):
    Film().close()


def test_it_goes_on_from_a_snapshot(tmp_path):
    kept = settings(tmp_path / "a.mp4", segmented=True)
    first = Film()
    first.open(kept)
    shoot(first, 0, 4)
    taken = first.snapshot()
    shoot(first, 4, 6)
    first.close()
    second = Film()
    second.open(kept)
    second.restore(taken)
    shoot(second, 4, 9)
    second.close()
    assert frames(tmp_path / "a.mp4") == 9


def test_a_name_that_is_taken_meanwhile_is_left_alone(tmp_path):
    film = Film()
    film.open(settings(tmp_path / "a.mp4"))
    shoot(film, 0, 1)
    (tmp_path / "a.mp4").write_text("somebody's")
    with pytest.raises(RunError, match="exists by now"):
        film.close()
    assert (tmp_path / "a.mp4").read_text() == "somebody's"
