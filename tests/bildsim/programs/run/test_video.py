"""The video of a run: a frame a tick, of what the run says."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from bildsim.programs.output import film
from bildsim.programs.run.video import VideoRecording
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

SMALL = RunConfig(duration=1.0, rounds=2, swarm=SwarmSettings(robots=8))
LEFT = np.s_[:, :640]


class Frames:
    """Stands in for the encoder and keeps what it is given."""

    made = None

    def __init__(self, path, fps, size):
        Frames.made = self
        self.path, self.fps, self.size = path, fps, size
        self.frames = []
        self.closed = False

    def write(self, frame):
        self.frames.append(frame.copy())

    def close(self):
        self.closed = True


@pytest.fixture
def shoot(monkeypatch, tmp_path):
    """Film a run without encoding and return what the encoder would have got."""
    monkeypatch.setattr(film, "VideoWriter", Frames)

    def call(config, floor=0.02, **output):
        places = OutputSettings(video=tmp_path / "film.mp4", **output)
        config = replace(config, output=places)
        simulation = Simulation(config)
        shown = VideoRecording(simulation, config, floor, film.Film())
        for tick in simulation.ticks():
            shown.show(tick)
        shown.close()
        simulation.close()
        return Frames.made

    return call


def test_a_frame_a_tick(shoot):
    writer = shoot(SMALL)
    assert len(writer.frames) == 11
    assert all(frame.shape == (720, 1280, 3) for frame in writer.frames)
    assert all((a != b).any() for a, b in pairwise(writer.frames))
    assert writer.closed


@pytest.mark.parametrize("speed", [0.1, 1.0, 3.0, 24.0])
def test_playback_speed_is_frames_a_second(shoot, speed):
    brief = replace(SMALL, duration=0.1, planner="static")
    assert shoot(brief, video_speed=speed).fps == pytest.approx(10.0 * speed)


def test_equal_runs_give_equal_films(shoot):
    for one, other in zip(shoot(SMALL).frames, shoot(SMALL).frames, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_camera_takes_the_left_panel_and_leaves_the_right(shoot):
    still = replace(SMALL, planner="static", duration=0.2)
    drawn, taken = shoot(still).frames[-1], shoot(still, view="camera").frames[-1]
    assert (drawn[LEFT] != taken[LEFT]).any(axis=-1).mean() > 0.5
    np.testing.assert_array_equal(drawn[:, 720:], taken[:, 720:])


def test_planners_without_estimates_are_filmed_too(shoot):
    frames = shoot(replace(SMALL, planner="hypergradient", duration=0.6)).frames
    assert len(frames) == 7


def test_a_floor_too_small_to_see_is_not_in_the_key(shoot):
    brief = replace(SMALL, duration=0.1, planner="static")
    none, tiny, seen = (shoot(brief, floor).frames[-1] for floor in (0.0, 1e-9, 0.02))
    np.testing.assert_array_equal(none, tiny)
    assert (tiny != seen).any()


def test_encoded_and_read_back(tmp_path):
    config = replace(SMALL, output=OutputSettings(video=tmp_path / "film.mkv"))
    simulation = Simulation(config)
    shown = VideoRecording(simulation, config, 0.02, film.Film())
    for tick in simulation.ticks():
        shown.show(tick)
    shown.close()
    simulation.close()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mkv"]
    video = cv2.VideoCapture(str(tmp_path / "film.mkv"))
    for _ in range(11):
        read, picture = video.read()
        assert read
        assert picture.shape == (720, 1280, 3)
        assert picture.std() > 10.0, "not a plain colour"
    assert not video.read()[0]
    video.release()
