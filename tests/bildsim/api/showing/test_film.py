"""The video of a run that is over shows what the program's shows."""

from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from bildsim import UsageError, load
from bildsim.api.recording import ESTIMATE_TICKS
from bildsim.api.showing.film import film_settings, frames, make_film, reel_of
from bildsim.api.trials import thinned
from bildsim.basics.time_budget import TimeBudget
from bildsim.programs.config.options import with_values
from bildsim.programs.output.film import Film
from bildsim.programs.run.video import VideoRecording
from bildsim.simulation.loop import Simulation


class Told:
    """A film that keeps what it is told."""

    def __init__(self):
        self.time_budget, self.states, self.points = TimeBudget(), [], []

    def open(self, settings):
        self.settings = settings

    def push_kl(self, time_s, kl, estimate):
        self.points.append((time_s, kl, estimate))

    def show(self, state, camera):
        self.states.append(state)


def told_by_the_program(config):
    """Return what the program tells its film of the same run."""
    config = with_values(config, {("output", "video"): Path("x.mp4")})
    simulation, told = Simulation(config), Told()
    _, floor = simulation.family.least_kl(simulation.problem.log_target)
    recording = VideoRecording(simulation, config, floor, told)
    for tick in simulation.ticks():
        recording.show(tick)
    simulation.close()
    return told


def equal(one, other):
    if isinstance(one, np.ndarray) and other is not None:
        np.testing.assert_array_equal(one, other)
        return True
    return one == other


@pytest.mark.parametrize("which", ["small", "moving"])
def test_it_is_told_what_the_program_tells(which, request):
    result = request.getfixturevalue(which)
    told, reel = told_by_the_program(result.config), reel_of(result)
    settings = film_settings(result, Path("x.mp4"), 3.0)
    for name, value in vars(told.settings).items():
        assert equal(value, getattr(settings, name)), name
    shown = list(frames(result, reel))
    assert len(shown) == len(told.states)
    for state, expected in zip(shown, told.states, strict=True):
        for name, value in vars(expected).items():
            assert equal(value, getattr(state, name)), name


def test_so_are_its_curves(small, monkeypatch, tmp_path):
    points = []
    monkeypatch.setattr(Film, "push_kl", lambda self, *point: points.append(point))
    monkeypatch.setattr(Film, "show", lambda self, state, camera: None)
    make_film(small, tmp_path / "x.mp4", 3.0)
    assert points == told_by_the_program(small.config).points
    assert len(points) == 1 + (len(small.trajectory) - 1) // ESTIMATE_TICKS


def test_a_video_is_made(small, tmp_path):
    path = small.video(str(tmp_path / "x.mp4"), speed=2.0)
    count, seconds = imageio_ffmpeg.count_frames_and_secs(str(path))
    assert count == len(small.trajectory)
    assert seconds == pytest.approx(count / 20.0, rel=0.02)


def test_one_that_was_saved_has_a_video_too(small, tmp_path):
    again = load(small.save(tmp_path / "out"))
    count, _ = imageio_ffmpeg.count_frames_and_secs(str(again.video(tmp_path / "x.mp4")))
    assert count == len(small.trajectory)


def test_a_file_is_not_overwritten(small, tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"^the video .*x.mp4 exists and would be overwritten"):
        small.video(tmp_path / "x.mp4")
    with pytest.raises(UsageError, match=r"speed=99 is not possible: allowed is 0\.1 to 24"):
        small.video(tmp_path / "y.mp4", speed=99.0)
    with pytest.raises(UsageError, match="no known video suffix"):
        small.video(tmp_path / "y.txt")
    assert (tmp_path / "x.mp4").read_bytes() == b"mine"


def test_one_that_is_stopped_leaves_nothing(small, tmp_path, monkeypatch):
    show = Film.show

    def stopping(self, state, camera):
        show(self, state, camera)
        if state.time_s > 0.5:
            raise KeyboardInterrupt

    monkeypatch.setattr(Film, "show", stopping)
    with pytest.raises(KeyboardInterrupt):
        small.video(tmp_path / "x.mp4")
    assert list(tmp_path.iterdir()) == []


def test_it_needs_every_tick(small, tmp_path):
    with pytest.raises(UsageError, match="a video needs every tick of the run"):
        thinned(small).video(tmp_path / "x.mp4")
