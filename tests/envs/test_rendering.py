"""An environment's frames."""

import warnings

import gymnasium
import numpy as np
from gymnasium.utils.passive_env_checker import env_render_passive_checker

from bildsim.targets.moving_target import target_by_name

ID = "bildsim/Swarm-v0"


def assert_same(first, second):
    for one, other in zip(first, second, strict=True):
        assert one.keys() == other.keys()
        for key in one:
            np.testing.assert_array_equal(one[key], other[key])


def test_the_checker_accepts_the_frames():
    env = gymnasium.make(ID, robots=8, render_mode="rgb_array").unwrapped
    env.reset(seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env_render_passive_checker(env)
    env.close()


def test_the_frame_shows_where_a_moving_target_is(swarm):
    env = swarm(
        target=target_by_name("moving_gauss", speed=2.0),
        robots=1,
        dynamics="kinematic",
        render_mode="rgb_array",
    )
    observation, _ = env.reset(seed=0)
    first = env.render()
    for _ in range(5):
        observation, *_ = env.step(observation["pose"][:, :2])
    changed = (first[52:696, 24:668] != env.render()[52:696, 24:668]).any(axis=-1)
    assert changed.mean() > 0.2


def test_frames_before_and_after_steps(swarm):
    env = swarm(render_mode="rgb_array")
    env.reset(seed=0)
    first = env.render()
    assert first.shape == (720, 1280, 3)
    assert first.dtype == np.uint8
    env.step(np.zeros((8, 2)))
    second = env.render()
    assert (first != second).any()
    env.reset(seed=0)
    np.testing.assert_array_equal(env.render(), first)


def test_rendering_does_not_change_the_episode(swarm):
    plain, drawn = swarm(), swarm(render_mode="rgb_array")
    plain.reset(seed=6)
    drawn.reset(seed=6)
    for _ in range(3):
        drawn.render()
        expected, seen = plain.step(np.zeros((8, 2))), drawn.step(np.zeros((8, 2)))
        assert_same([expected[0]], [seen[0]])


def test_no_frame_without_a_mode(swarm):
    env = swarm()
    env.reset(seed=0)
    assert env.render() is None
