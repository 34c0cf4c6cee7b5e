"""The task: the fit to the positions, its KL to the target, and the reward."""

import numpy as np
import pytest

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.targets.moving_target import target_by_name
from bildsim.targets.target import named_target


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
    shown = env.reset(seed=1)[0]["target_statistics"]
    grid = env.family.grid
    target = named_target("gmm4").on_grid(grid)
    statistics = env.family.statistics(grid.points)
    expected = [float(grid.integrate(target * statistics[..., k])) for k in range(env.family.size)]
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("given", [True, False])
def test_a_target_that_moves_is_seen_and_measured_where_it_is(swarm, given):
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
