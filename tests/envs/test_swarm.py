"""The Gymnasium environment: its contract, its episodes and its life cycle."""

import copy
import gc
import os
import shutil
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import psutil
import pytest
from gymnasium.utils.env_checker import check_env
from PIL import Image

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.errors import UsageError
from bildsim.envs.bullet.engine import load_engine
from bildsim.envs.swarm import SwarmEnv

ID = "bildsim/Swarm-v0"
PLACES = np.linspace([-0.9, -0.5], [0.9, 0.5], 8)


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


@pytest.mark.parametrize(
    "arguments",
    [
        {"render_mode": "rgb_array"},
        {"reward": "decrease"},
        {"dynamics": "kinematic"},
        {"dynamics": "ideal", "render_mode": "rgb_array"},
        {"dynamics": "kinematic", "target": np.eye(3), "start": PLACES},
    ],
)
def test_gymnasiums_checker_has_nothing_to_say(monkeypatch, arguments):
    monkeypatch.delenv("DISPLAY", raising=False)
    env = gymnasium.make(ID, robots=8, **arguments).unwrapped
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env)
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


def test_places_for_one_episode_and_for_all(swarm, tmp_path):
    np.save(tmp_path / "places.npy", PLACES)
    env = swarm(start=str(tmp_path / "places.npy"))
    headings = np.linspace(-3.0, 3.0, 8)
    first, _ = env.reset(seed=0)
    np.testing.assert_allclose(first["pose"][:, :2], PLACES, rtol=0, atol=1e-12)
    assert np.unique(first["pose"][:, 2]).size == 8, "headings are drawn"
    other = np.column_stack([PLACES[::-1] * 0.5, headings])
    poses, _ = env.reset(seed=0, options={"poses": other})
    np.testing.assert_allclose(poses["pose"], other, rtol=0, atol=1e-12)
    again, _ = env.reset(seed=0)
    assert_same([again], [first])
    assert env.reset(options={"start": "corner"})[0]["pose"][:, :2].max() <= -0.4


def test_a_refused_reset_leaves_the_episode_as_it_was(swarm):
    env = swarm()
    env.reset(seed=3)
    before = env.get_state()
    for options in ({"stert": "corner"}, {"poses": np.zeros((8, 2))}, {"start": "nowhere.csv"}):
        with pytest.raises(UsageError):
            env.reset(seed=5, options=options)
    after = env.get_state()
    assert after.draws.bit_generator.state == before.draws.bit_generator.state
    np.testing.assert_array_equal(after.theta, before.theta)


@pytest.mark.parametrize("dynamics", ["kinematic", "ideal"])
def test_targets_of_every_kind(tmp_path, dynamics):
    array = np.zeros((4, 4))
    array[2:, 2:] = 1.0
    Image.fromarray(np.uint8(255 * array[::-1])).save(tmp_path / "photo.png")

    def density(points):
        return np.where((points > 0.0).all(axis=-1), 1.0, 0.0)

    for target in (
        array,
        array.tolist(),
        str(tmp_path / "photo.png"),
        tmp_path / "photo.png",
        density,
    ):
        env = gymnasium.make(ID, robots=3, dynamics=dynamics, target=target)
        env.reset(seed=0)
        grid = env.unwrapped.family.grid
        weights = env.unwrapped.task.density * grid.area_weights
        mean = np.tensordot(weights, grid.points, axes=2)
        np.testing.assert_allclose(mean, [0.49, 0.49], atol=0.02)
        copied = copy.deepcopy(env.spec).make()
        copied.reset(seed=0)
        np.testing.assert_array_equal(copied.unwrapped.task.density, env.unwrapped.task.density)
        env.close()
        copied.close()
    with pytest.raises(
        UsageError, match=r"^target of shape \(4, 4, 3\) can be a picture or a film"
    ):
        gymnasium.make(ID, robots=3, target=np.ones((4, 4, 3)))
    env = gymnasium.make(ID, robots=3, target=np.ones((4, 4, 3)), target_layout="picture")
    env.close()


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


def test_worlds_that_nobody_closes_go_with_their_environment(swarm):
    engine = load_engine()
    before = {client for client in range(100) if is_open(engine, client)}
    env = SwarmEnv(robots=2)
    env.reset(seed=0)
    (client,) = {client for client in range(100) if is_open(engine, client)} - before
    del env
    gc.collect()
    assert not is_open(engine, client)


@pytest.mark.slow
@pytest.mark.parametrize("dynamics", ["bullet", "kinematic"])
def test_a_thousand_environments_leave_no_memory_behind(dynamics):
    process, used = psutil.Process(), []
    for count in range(1000):
        env = SwarmEnv(robots=10, dynamics=dynamics)
        env.reset(seed=count)
        env.step(np.zeros((10, 2)))
        env.close()
        if count % 100 == 99:
            used.append(process.memory_info().rss)
    # The first hundred also load what all share.
    assert used[-1] - used[1] < 20e6


def is_open(engine, client):
    return bool(engine.getConnectionInfo(client)["isConnected"])
