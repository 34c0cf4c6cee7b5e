"""The target that a configuration asks for: by name, from a picture or from a film."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.load_target import load_target
from bildsim.simulation.loop import Simulation
from bildsim.targets.files.reading import Reading
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.target import named_target
from tests.bildsim.simulation.running import run

FAST = MotionSettings(target_speed=0.2)
SMALL = RunConfig(
    target="moving_gauss",
    motion=FAST,
    duration=1.0,
    rounds=2,
    swarm=SwarmSettings(robots=10, dynamics="kinematic"),
)


def test_the_seed_draws_the_random_target():
    for seed in (0, 3):
        config = RunConfig(target="expfam", seed=seed)
        points = np.random.default_rng(0).uniform(-1, 1, (5, 2))
        expected = named_target("expfam", seed).density(points)
        np.testing.assert_array_equal(load_target(config).density(points), expected)


def test_a_file_takes_the_place_of_the_named_target(tmp_path):
    np.save(tmp_path / "half.npy", [[1.0, 0.0]])
    target = load_target(RunConfig(target_file=tmp_path / "half.npy"))
    assert target.name == "half"
    left, right = target.density(np.array([[-0.9, 0.0], [0.9, 0.0]]))
    assert left > 50 * right


def test_at_rest_feedforward_and_motion_are_refused():
    for config, words in (
        (replace(SMALL, target="gmm3"), r"target.speed.0\.2 means nothing"),
        (
            replace(SMALL, target="gmm3", motion=MotionSettings(feedforward=True)),
            r"^feedforward needs a target that moves, and gmm3 is at rest: .* a target_file",
        ),
    ):
        with pytest.raises(UsageError, match=words):
            Simulation(config)


def test_a_film_is_spread_over_the_run_or_its_own_time(tmp_path):
    frames = np.zeros((3, 4, 4))
    frames[0, :, :2], frames[1, :, 2:], frames[2, :, :2] = 1.0, 1.0, 1.0
    film = Reading(target_layout="film")
    np.save(tmp_path / "film.npy", frames)
    config = replace(
        SMALL, target_file=tmp_path / "film.npy", motion=MotionSettings(), reading=film
    )
    at = np.array([[-0.75, 0.0], [0.75, 0.0]])
    for motion, middle in ((MotionSettings(), 5), (MotionSettings(target_time=0.4), 2)):
        _, ticks = run(replace(config, planner="cvt", motion=motion))
        low, high = ticks[middle].target.density(at)
        assert high > 50 * low
        low, high = ticks[-1].target.density(at)
        assert low > 50 * high
    with pytest.raises(
        UsageError, match=r"target_speed=0\.2 means nothing for target_file=.*film\.npy"
    ):
        Simulation(replace(config, motion=FAST))
    np.save(tmp_path / "still.npy", frames[0])
    still = replace(config, target_file=tmp_path / "still.npy", reading=Reading())
    with pytest.raises(UsageError, match="target_time=2 means nothing for target_file="):
        Simulation(replace(still, motion=MotionSettings(target_time=2.0)))
    with pytest.raises(UsageError, match=r"^feedforward needs a target that moves"):
        Simulation(replace(still, motion=MotionSettings(feedforward=True)))


def test_how_a_file_is_read_is_a_setting(tmp_path):
    colours = np.zeros((6, 8, 3), dtype=np.uint8)
    colours[:3] = 255
    np.save(tmp_path / "half.npy", colours)
    at = np.array([[0.0, 0.5], [0.0, -0.5]])
    for dark in (False, True):
        reading = Reading("picture", dark)
        target = load_target(RunConfig(target_file=tmp_path / "half.npy", reading=reading))
        upper, lower = target.density(at)
        assert (lower > 50 * upper) if dark else (upper > 50 * lower)


def test_a_file_given_as_a_name_is_told_its_option():
    words = r"^target='photo\.png' is a file.*: give target_file='photo\.png'$"
    with pytest.raises(UsageError, match=words):
        load_target(RunConfig(target="photo.png"))


@pytest.mark.parametrize(
    ("reading", "words"),
    [(Reading("film"), "target_layout='film'"), (Reading(target_dark=True), "target_dark")],
)
def test_named_targets_are_not_read_from_files(reading, words):
    with pytest.raises(UsageError, match=f"^{words} means nothing for target='gmm3'"):
        load_target(RunConfig(reading=reading))
