"""The task: the fit to the positions, its KL to the target, and the reward."""

import numpy as np
import pytest

from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.task import DensityTask
from bildsim.targets.moving_target import target_by_name
from bildsim.targets.target import named_target


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


FAMILY = LegendreFamily(4)
RIDGE = 1e-4


def task_of(target="gmm3", **arguments):
    return DensityTask(target_by_name(target), FAMILY, RIDGE, **arguments)


def scatter(seed, robots=12):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))


def test_a_measurement_is_the_fit_and_its_kl():
    task = task_of()
    assert not task.theta.any()
    statistics = task.measure(scatter(0))
    np.testing.assert_allclose(statistics, FAMILY.statistics(scatter(0)).mean(axis=0), atol=1e-14)
    np.testing.assert_allclose(
        FAMILY.moments(task.theta) + RIDGE * task.theta, statistics, atol=1e-9
    )
    density, target = FAMILY.density(task.theta), named_target("gmm3").on_grid(FAMILY.grid)
    kl = float(FAMILY.grid.integrate(density * np.log(density / target)))
    assert task.kl == pytest.approx(kl, abs=1e-9)


def test_rewards_are_of_the_last_measurement():
    plain, falling = task_of(), task_of(reward="decrease")
    kls = []
    for seed in range(3):
        for task in (plain, falling):
            task.measure(scatter(seed))
        kls.append(plain.kl)
        assert plain.reward() == -kls[-1]
        if seed:
            assert falling.reward() == kls[-2] - kls[-1]


def test_positions_a_little_outside_count_as_on_the_rim():
    task, outside = task_of(), np.array([[1.0 + 1e-6, 0.2], [-0.3, -1.0 - 1e-6]])
    statistics = task.statistics(outside)
    np.testing.assert_array_equal(statistics, task.statistics(np.clip(outside, -1.0, 1.0)))
    assert np.abs(statistics).max() <= 1.0


def test_an_episode_begins_without_the_last_fit():
    task = task_of()
    task.measure(scatter(1))
    first = task.theta.copy()
    task.measure(scatter(2))
    task.begin()
    np.testing.assert_array_equal(task.theta, 0.0)
    task.measure(scatter(1))
    np.testing.assert_array_equal(task.theta, first)


def test_a_task_goes_on_from_a_fit_that_was_kept():
    task, other = task_of(), task_of(reward="decrease")
    task.measure(scatter(1))
    other.restore(task.theta, task.kl)
    for one in (task, other):
        one.measure(scatter(2))
    np.testing.assert_array_equal(task.theta, other.theta)
    assert other.kl == task.kl


def test_a_moving_target_changes_what_is_aimed_at_and_one_at_rest_does_not():
    still, moving = task_of(), task_of("moving_gauss")
    for task in (still, moving):
        before, tables = task.present, task.density
        task.look_at_target(3.0)
        assert (task.present is before) == (task is still)
        assert (task.density is tables) == (task is still)
        expected = FAMILY.grid.integrate(
            np.moveaxis(task.density[..., None] * FAMILY.statistics(FAMILY.grid.points), -1, 0)
        )
        np.testing.assert_allclose(task.target_statistics, expected, atol=1e-13)


def test_the_same_task_with_another_target():
    ring, gmm3 = named_target("ring"), named_target("gmm3")
    task = DensityTask(ring, LegendreFamily(3, 0.1), 1e-3, "decrease")
    positions = np.random.default_rng(0).uniform(-1, 1, (9, 2))
    task.measure(positions)
    kept = (task.kl, task.theta, task.target_statistics.copy())
    other, fresh = task.towards(gmm3), DensityTask(gmm3, LegendreFamily(3, 0.1), 1e-3, "decrease")
    assert other.kl == np.inf
    for one in (other, fresh):
        one.measure(positions)
    assert other.target is other.present is gmm3
    assert (other.kl, other.reward()) == (fresh.kl, fresh.reward())
    np.testing.assert_array_equal(other.target_statistics, fresh.target_statistics)
    assert task.target is ring
    assert task.kl == kept[0]
    np.testing.assert_array_equal(task.theta, kept[1])
    np.testing.assert_array_equal(task.target_statistics, kept[2])
