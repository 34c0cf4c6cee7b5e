"""The official checkers, without a warning, and the wrappers that come with Gymnasium.

By name: ``gymnasium.utils.env_checker.check_env`` and
``stable_baselines3.common.env_checker.check_env``, for every mode of actions and observations.
"""

import itertools
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium import wrappers
from gymnasium.utils.env_checker import check_env

import bildsim  # noqa: F401 - registers the environment
from bildsim.envs.swarm import SwarmEnv

ID = "bildsim/Swarm-v0"
ACTIONS = ("waypoint", "velocity", "wheel_speeds")
MODES = [
    {"action_mode": action, "observation_mode": seen, "dtype": dtype, "dynamics": dynamics}
    for action, seen, dtype, dynamics in itertools.product(
        ACTIONS, ("global", "local"), ("float64", "float32"), ("ideal", "kinematic", "bullet")
    )
    # One with PyBullet is enough, and points have no wheels.
    if (dynamics != "bullet" or (action, seen, dtype) == ("velocity", "local", "float32"))
    and (action, dynamics) != ("wheel_speeds", "ideal")
]


def words(mode):
    return "-".join(mode.values())


@pytest.fixture(autouse=True)
def no_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)


@pytest.fixture
def make():
    """Make environments by Gymnasium and close them."""
    made = []

    def make(**arguments):
        made.append(gymnasium.make(ID, **{"robots": 6, "dynamics": "kinematic", **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()


def for_agents(env):
    """Return the environment as agents of libraries like it: flat, actions in [-1, 1]."""
    return wrappers.RescaleAction(wrappers.FlattenObservation(env), -1, 1)


@pytest.mark.parametrize("mode", MODES, ids=words)
def test_gymnasiums_check_env(make, mode):
    env = make(**mode)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_env(env.unwrapped) is None


@pytest.mark.parametrize("mode", MODES, ids=words)
def test_stable_baselines3s_check_env(make, mode):
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    env = for_agents(make(**mode))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        checker.check_env(env)
    # With doubles it says that it would rather have single precision, and nothing else.
    wanted = ["we recommend using np.float32"] if mode["dtype"] == "float64" else []
    assert [w for w in said if not any(text in str(w.message) for text in wanted)] == []
    assert len(said) == len(wanted)


def test_a_policy_of_stable_baselines3_learns_a_few_steps(make):
    library = pytest.importorskip("stable_baselines3")
    env = for_agents(make(action_mode="velocity", dtype="float32", reward="decrease"))
    agent = library.PPO("MlpPolicy", env, n_steps=32, batch_size=16, n_epochs=1, device="cpu")
    assert agent.learn(32).num_timesteps == 32


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("action_mode", ACTIONS)
def test_actions_in_other_units(make, action_mode, dtype):
    env = make(action_mode=action_mode, dtype=dtype)
    scaled = wrappers.RescaleAction(env, -1, 1)
    assert scaled.action_space == gymnasium.spaces.Box(-1, 1, (6, 2), np.dtype(dtype))
    scaled.reset(seed=0)
    for corner in (scaled.action_space.low, scaled.action_space.high):
        *_, info = scaled.step(corner)
    top = env.action_space.high.max()
    if action_mode == "wheel_speeds":
        np.testing.assert_allclose(info["command"], top, rtol=1e-6)


@pytest.mark.parametrize("observation_mode", ["global", "local"])
def test_flat_and_normalised_observations(make, observation_mode):
    env = wrappers.FlattenObservation(make(observation_mode=observation_mode, dtype="float32"))
    normal = wrappers.NormalizeObservation(env)
    seen, _ = normal.reset(seed=0)
    size = sum(np.prod(s.shape) for s in env.unwrapped.observation_space.values())
    assert seen.shape == env.observation_space.shape == (size,)
    for _ in range(5):
        seen, *_ = normal.step(env.action_space.sample())
        assert np.isfinite(seen).all()


def test_the_statistics_of_an_episode_and_its_limit(make):
    env = make(reward="decrease", max_episode_steps=-1)
    env = wrappers.RecordEpisodeStatistics(wrappers.TimeLimit(env, 4))
    _, first = env.reset(seed=0)
    for _ in range(4):
        _, _, _, truncated, info = env.step(np.zeros((6, 2)))
    assert truncated
    assert info["episode"]["l"] == 4
    np.testing.assert_allclose(info["episode"]["r"], first["kl_fit"] - info["kl_fit"])


def test_videos(make, tmp_path):
    pytest.importorskip("moviepy", reason="Gymnasium's RecordVideo writes by MoviePy")
    folder = tmp_path / "videos"
    env = wrappers.RecordVideo(
        make(render_mode="rgb_array"), str(folder), video_length=3, disable_logger=True
    )
    env.reset(seed=0)
    for _ in range(4):
        env.step(np.zeros((6, 2)))
    env.close()
    (video,) = folder.glob("*.mp4")
    assert video.stat().st_size > 1000


def test_frames_that_are_collected(make):
    env = wrappers.RenderCollection(make(render_mode="rgb_array"))
    env.reset(seed=0)
    env.step(np.zeros((6, 2)))
    frames = env.render()
    assert [frame.shape for frame in frames] == [(720, 1280, 3)] * 2


@pytest.mark.parametrize("mode", ["sync", "async", "vector_entry_point"])
def test_many_at_once(mode):
    arguments = {"robots": 6, "dynamics": "kinematic", "action_mode": "velocity"}
    envs = gymnasium.make_vec(ID, 2, mode, **arguments, dtype="float32")
    seen, _ = envs.reset(seed=0)
    assert seen in envs.observation_space
    for _ in range(3):
        seen, rewards, *_ = envs.step(envs.action_space.sample())
    assert seen in envs.observation_space
    assert seen["pose"].dtype == np.float32
    assert np.isfinite(rewards).all()
    envs.close()


def test_a_step_after_the_end_goes_on(make):
    env = make(max_episode_steps=2)
    env.reset(seed=0)
    ends = [env.step(np.zeros((6, 2)))[2:4] for _ in range(4)]
    assert ends == [(False, False), (False, True), (False, True), (False, True)]
    assert env.unwrapped.arena.time == pytest.approx(0.4)
    raw = SwarmEnv(robots=6, dynamics="kinematic")
    raw.reset(seed=0)
    assert not any(raw.step(np.zeros((6, 2)))[3] for _ in range(3)), "it has no end"
    for name, values in env.step(np.zeros((6, 2)))[0].items():
        assert values.shape == raw.observation_space[name].shape


def test_nothing_before_the_first_reset_says_what_to_do():
    env = SwarmEnv(robots=6, dynamics="kinematic", render_mode="rgb_array")
    for act in (lambda: env.step(np.zeros((6, 2))), env.render, env.get_state, lambda: env.arena):
        with pytest.raises(gymnasium.error.ResetNeeded, match=r"call reset\(\) first"):
            act()


def test_registered_by_the_package_alone(environment):
    code = (
        "import bildsim, gymnasium; env = gymnasium.make('bildsim/Swarm-v0', robots=3, "
        "dynamics='ideal'); print(env.reset(seed=0)[0]['pose'].shape)"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.stdout.strip(), ended.stderr) == ("(3, 3)", "")
