"""A control tick: its length, the way, and the effort."""

import numpy as np
import pytest

import bildsim.envs  # noqa: F401 - registers the environment


def test_a_step_is_a_tenth_of_a_second_and_drives_there(swarm):
    env = swarm(robots=1)
    observation, info = env.reset(seed=2)
    assert info["time_s"] == 0.0
    goal = np.clip(observation["pose"][:, :2] + [0.1, -0.1], -1, 1)
    for count in range(30):
        observation, _, _, _, info = env.step(goal)
        assert info["time_s"] == pytest.approx(0.1 * (count + 1), abs=1e-12)
    assert np.abs(observation["pose"][:, :2] - goal).max() < 1e-3
    assert np.abs(info["applied"]).max() <= env.robot.max_wheel_speed
    assert info["saturated"].min() >= 0.0
    assert info["saturated"].max() <= 1.0


def test_effort_at_full_speed_straight_ahead_is_the_squared_speed_times_the_time(swarm):
    env = swarm(robots=1, dynamics="kinematic", start="centre", max_speed=0.2)
    pose = env.reset(seed=1)[0]["pose"][0]
    ahead = pose[:2] + 0.5 * np.array([np.cos(pose[2]), np.sin(pose[2])])
    effort = env.step(ahead[None])[-1]["effort"]
    assert effort == pytest.approx([0.2**2 * 0.1], rel=1e-9)


def test_effort_is_the_integral_of_the_rims_mean_squares_of_the_applied_speeds(swarm, monkeypatch):
    env = swarm(robots=8, dynamics="kinematic")
    env.reset(seed=1)
    applied, set_speeds = [], env.arena.set_wheel_speeds
    monkeypatch.setattr(
        env.arena, "set_wheel_speeds", lambda w: (applied.append(w.copy()), set_speeds(w))
    )
    effort = env.step(np.random.default_rng(0).uniform(-1, 1, (8, 2)))[-1]["effort"]
    rims = env.robot.wheel_radius * np.array(applied)
    assert len(rims) == 6
    np.testing.assert_allclose(effort, (rims**2).mean(axis=2).sum(axis=0) / 60.0, rtol=1e-12)
