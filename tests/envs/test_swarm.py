"""The Gymnasium environment: its contract, its episodes and its life cycle."""

import os
import shutil
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.errors import UsageError

ID = "bildsim/Swarm-v0"


def episode(env, seed, steps=15):
    """Return the observations and rewards of random actions, all drawn from one seed."""
    observation, _ = env.reset(seed=seed)
    rng = np.random.default_rng(seed)
    observations, rewards = [observation], []
    for _ in range(steps):
        observation, reward, *_ = env.step(rng.uniform(-1, 1, (env.unwrapped.robots, 2)))
        observations.append(observation)
        rewards.append(reward)
    return observations, rewards


def assert_same(first, second):
    for one, other in zip(first, second, strict=True):
        assert one.keys() == other.keys()
        for key in one:
            np.testing.assert_array_equal(one[key], other[key])


@pytest.mark.parametrize("arguments", [{}, {"render_mode": "rgb_array"}, {"reward": "decrease"}])
def test_gymnasiums_checker_has_nothing_to_say(arguments):
    env = gymnasium.make(ID, robots=8, **arguments).unwrapped
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Its check of render modes would open a window; the next test asks about those.
        check_env(env, skip_render_check=True)
    env.close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs a virtual display")
def test_the_whole_checker_on_a_virtual_display(environment):
    code = (
        "import gymnasium; from gymnasium.utils.env_checker import check_env;"
        f"check_env(gymnasium.make('bildsim:{ID}', robots=8, render_mode='rgb_array').unwrapped)"
    )
    command = ["xvfb-run", "-a", sys.executable, "-W", "error", "-c", code]
    subprocess.run(command, env=environment, check=True, timeout=120, stdout=subprocess.DEVNULL)


def test_made_by_its_full_name_without_importing_the_package(environment):
    code = (
        f"import gymnasium; env = gymnasium.make('bildsim:{ID}', robots=3, target='ring');"
        "observation, _ = env.reset(seed=1); print(observation['pose'].shape); env.close()"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.stdout.strip(), ended.stderr) == ("(3, 3)", "")


def test_an_episode_is_a_simulated_minute():
    env = gymnasium.make(ID, robots=1, target="uniform")
    env.reset(seed=0)
    stay = np.zeros((1, 2))
    ends = [env.step(stay)[2:4] for _ in range(600)]
    assert ends[:-1] == [(False, False)] * 599
    assert ends[-1] == (False, True)
    assert env.unwrapped.arena.time == 60.0
    env.close()


def test_equal_seeds_give_equal_episodes(swarm):
    first, second = episode(swarm(), 4), episode(swarm(), 4)
    assert_same(first[0], second[0])
    assert first[1] == second[1]


def test_a_second_episode_does_not_remember_the_first(swarm):
    env = swarm()
    first = episode(env, 4)
    episode(env, 5)
    again = episode(env, 4)
    assert_same(first[0], again[0])
    assert first[1] == again[1]


def test_other_seeds_give_other_starts_and_so_does_no_seed(swarm):
    env = swarm()
    starts = [env.reset(seed=seed)[0]["pose"] for seed in (1, 2, None, None)]
    assert len({start.tobytes() for start in starts}) == 4


def test_observations_are_the_callers_own(swarm):
    env = swarm()
    observation, _ = env.reset(seed=2)
    kept = {key: value.copy() for key, value in observation.items()}
    later, *_ = env.step(np.zeros((8, 2)))
    for value in later.values():
        value.fill(99.0)
    env.step(np.zeros((8, 2)))
    assert_same([observation], [kept])
    assert_same([env.reset(seed=2)[0]], [kept])


def test_a_start_for_one_episode(swarm):
    env = swarm(robots=10)
    corner, _ = env.reset(seed=0, options={"start": "corner"})
    assert corner["pose"][:, :2].max() <= -0.4
    anywhere, _ = env.reset(seed=0)
    assert anywhere["pose"][:, :2].max() > -0.4
    with pytest.raises(UsageError, match="corner"):
        env.reset(options={"start": "korner"})


def test_robots_without_contacts_pass_through_each_other(swarm):
    env = swarm(contacts=False, start="centre")
    env.reset(seed=0)
    for _ in range(40):
        observation, _, _, _, info = env.step(np.zeros((8, 2)))
        assert info["contact_pairs"] == 0
    assert np.abs(observation["pose"][:, :2]).max() < 0.01, "all at one point"


def test_nothing_before_reset_and_nothing_after_close(swarm):
    env = swarm(render_mode="rgb_array")
    for act in (lambda: env.step(np.zeros((8, 2))), env.render, lambda: env.arena):
        with pytest.raises(gymnasium.error.ResetNeeded):
            act()
    env.reset(seed=0)
    env.close()
    env.close()
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(np.zeros((8, 2)))
    first, _ = env.reset(seed=0)
    assert first["pose"].shape == (8, 3), "a closed environment can be used again"


@pytest.mark.skipif("DISPLAY" in os.environ, reason="there is a display")
def test_a_window_needs_a_display(swarm):
    with pytest.raises(UsageError, match="rgb_array"):
        swarm(render_mode="human").reset(seed=0)
