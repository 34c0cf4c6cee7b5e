"""The Gymnasium environment: its contract, its physics' clock, its rewards and its errors."""

import os
import shutil
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.utils.passive_env_checker import env_render_passive_checker

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.errors import UsageError
from bildsim.envs.swarm import SwarmEnv
from bildsim.targets.moving_target import target_by_name
from bildsim.targets.target import named_target

ID = "bildsim/Swarm-v0"


@pytest.fixture
def swarm():
    """Make environments and close them."""
    made = []

    def make(**arguments):
        made.append(SwarmEnv(**{"robots": 8, **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()


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


def test_the_checker_accepts_the_frames():
    env = gymnasium.make(ID, robots=8, render_mode="rgb_array").unwrapped
    env.reset(seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env_render_passive_checker(env)
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


def test_reward_is_minus_the_kl_or_its_decrease(swarm):
    env, other = swarm(), swarm(reward="decrease")
    kls = [env.reset(seed=3)[1]["kl_fit"]]
    other.reset(seed=3)
    decrease = 0.0
    rng = np.random.default_rng(0)
    for _ in range(15):
        action = rng.uniform(-1, 1, (8, 2))
        _, reward, _, _, info = env.step(action)
        kls.append(info["kl_fit"])
        assert reward == -info["kl_fit"]
        decrease += other.step(action)[1]
    # A sum of fifteen differences, each rounded to 1e-16 of about 1.
    assert decrease == pytest.approx(kls[0] - kls[-1], abs=1e-13)
    assert min(kls) > 0.0


def test_kl_is_that_of_the_fit_to_the_positions(swarm):
    env = swarm(target="ring")
    observation, info = env.reset(seed=1)
    family, theta = env.family, info["theta"]
    grid = family.grid
    p = family.density(theta)
    target = named_target("ring").on_grid(grid)
    assert info["kl_fit"] == pytest.approx(float(grid.integrate(p * np.log(p / target))), abs=1e-9)
    # The fit is where the gradient of its objective is zero; it stops at 1e-10.
    statistics = family.statistics(observation["pose"][:, :2]).mean(axis=0)
    np.testing.assert_allclose(observation["swarm_statistics"], statistics, rtol=0, atol=1e-12)
    np.testing.assert_allclose(family.moments(theta) + 1e-4 * theta, statistics, atol=1e-9)


def test_target_statistics_are_where_the_swarms_should_end(swarm):
    env = swarm(target="gmm4")
    told = env.reset(seed=1)[0]["target_statistics"]
    grid = env.family.grid
    target = named_target("gmm4").on_grid(grid)
    statistics = env.family.statistics(grid.points)
    expected = [float(grid.integrate(target * statistics[..., k])) for k in range(env.family.size)]
    np.testing.assert_allclose(told, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("given", [True, False])
def test_a_target_that_moves_is_seen_and_judged_where_it_is(swarm, given):
    course = target_by_name("moving_gauss")
    env = swarm(target=course if given else "moving_gauss", robots=5, dynamics="kinematic")
    grid, statistics = env.family.grid, env.family.statistics(env.family.grid.points)
    for episode in range(2):
        observation, info = env.reset(seed=episode)
        for k in range(4):
            assert info["time_s"] == pytest.approx(0.1 * k)
            p = course.at(info["time_s"]).on_grid(grid)
            expected = grid.integrate(np.moveaxis(p[..., None] * statistics, -1, 0))
            np.testing.assert_allclose(observation["target_statistics"], expected, atol=1e-12)
            kl = env.family.kl(info["theta"], np.log(p))
            assert info["kl_fit"] == pytest.approx(kl, abs=1e-12)
            assert env.present_target.density(grid.points) == pytest.approx(
                course.at(info["time_s"]).density(grid.points)
            )
            observation, reward, _, _, info = env.step(observation["pose"][:, :2])
        assert reward == -info["kl_fit"]


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


def test_observations_stay_in_their_space_among_collisions(swarm):
    env = swarm(robots=20, start="corner", max_speed=0.3)
    observation, _ = env.reset(seed=0)
    rng = np.random.default_rng(0)
    touched = 0
    for _ in range(40):
        assert observation in env.observation_space
        waypoints = rng.uniform(-1.0, -0.7, (20, 2)).round()
        observation, _, _, _, info = env.step(waypoints)
        touched += info["contact_pairs"] + info["touching_wall"].sum()
    assert touched > 40, "they collided"


def test_a_lone_robot_pressed_into_a_corner_stays_in_the_space(swarm):
    env = swarm(robots=1, start="corner")
    env.reset(seed=1)
    for _ in range(80):
        observation, *_ = env.step(np.array([[-1.0, -1.0]]))
        assert observation in env.observation_space
    assert np.abs(observation["pose"][0, :2] + 1.0).max() < 1e-3, "it arrived"


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


def test_effort_is_the_integral_of_the_rims_mean_squares_that_the_motors_were_told(
    swarm, monkeypatch
):
    env = swarm(robots=8, dynamics="kinematic")
    env.reset(seed=1)
    told, tell = [], env.arena.set_wheel_speeds
    monkeypatch.setattr(env.arena, "set_wheel_speeds", lambda w: (told.append(w.copy()), tell(w)))
    effort = env.step(np.random.default_rng(0).uniform(-1, 1, (8, 2)))[-1]["effort"]
    rims = env.robot.wheel_radius * np.array(told)
    assert len(rims) == 6
    np.testing.assert_allclose(effort, (rims**2).mean(axis=2).sum(axis=0) / 60.0, rtol=1e-12)


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


# Life cycle


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


# Wrong input


@pytest.mark.parametrize(
    "action", [np.zeros((7, 2)), np.zeros((8, 3)), np.zeros(16), np.zeros((1, 8, 2)), 0.0]
)
def test_actions_of_a_wrong_shape(swarm, action):
    env = swarm()
    env.reset(seed=0)
    with pytest.raises(UsageError, match=r"allowed is \(8, 2\)"):
        env.step(action)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.0001, -1e9])
def test_actions_outside_the_square_name_the_robot(swarm, value):
    env = swarm()
    env.reset(seed=0)
    action = np.zeros((8, 2))
    action[5, 1] = value
    with pytest.raises(UsageError, match=r"of robot 5 is not possible"):
        env.step(action)
    assert env.arena.time == 0.0, "nothing moved"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"robots": 0}, "robots=0"),
        ({"robots": 8.0}, "whole number"),
        ({"robots": 8.5}, "whole number"),
        ({"robots": float("nan")}, "whole number"),
        ({"robots": 10**9}, "1 to"),
        ({"target": "gmm5"}, "gmm3"),
        ({"start": "korner"}, "corner"),
        ({"radius": 0.5}, "radius=0.5"),
        ({"gain": float("nan")}, "gain=nan"),
        ({"physics_rate": 250}, "physics_rate=250"),
        ({"reward": "kl"}, "negative_kl"),
        ({"render_mode": "ascii"}, "rgb_array"),
        ({"order": 0}, "order[ =]0"),
    ],
)
def test_arguments(swarm, arguments, words):
    with pytest.raises(UsageError, match=words):
        swarm(**arguments)
