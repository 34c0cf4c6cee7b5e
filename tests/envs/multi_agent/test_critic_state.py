"""What a critic sees: all that is true, in one vector."""

import numpy as np
import pytest

from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing


def parts(env):
    state, robots = env.state(), env.swarm.robots
    ends = np.cumsum([3 * robots, 3 * robots, robots, env.swarm.family.size])
    return np.split(state, ends)


@pytest.mark.parametrize("dynamics", ["ideal", "kinematic", "bullet"])
def test_it_has_every_part_in_its_place(agents, drawn, dynamics):
    env, rng = agents(dynamics=dynamics), np.random.default_rng(0)
    env.reset(seed=0)
    for _ in range(3):
        env.step(drawn(env, rng))
    pose, velocity, active, mean, target = parts(env)
    np.testing.assert_array_equal(pose.reshape(6, 3), env.swarm.arena.poses())
    np.testing.assert_array_equal(velocity.reshape(6, 3), env.swarm.arena.velocities())
    np.testing.assert_array_equal(active, 1.0)
    expected = env.swarm.family.statistics(pose.reshape(6, 3)[:, :2]).mean(axis=0)
    np.testing.assert_allclose(mean, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(target, env.swarm.task.target_statistics)
    assert env.state_space.contains(env.state())


def test_it_is_of_the_robots_in_the_swarm_and_of_true_places(agents):
    faults, sensing = Faults(dead="robots:1@0", join="robots:2@3"), Sensing(position_noise=0.1)
    env = agents(faults=faults, sensing=sensing)
    env.reset(seed=0)
    pose, _, active, mean, _ = parts(env)
    places = pose.reshape(6, 3)[:, :2]
    np.testing.assert_array_equal(places, env.swarm.arena.poses()[:, :2])
    assert active.tolist() == [1, 0, 0, 1, 1, 1]
    expected = env.swarm.family.statistics(places[[0, 3, 4, 5]]).mean(axis=0)
    np.testing.assert_allclose(mean, expected, rtol=0, atol=1e-12)


def test_it_is_of_single_precision_where_observations_are(agents):
    env, wide = agents(flat=True), agents()
    env.reset(seed=0)
    wide.reset(seed=0)
    assert env.state().dtype == env.state_space.dtype == np.float32
    np.testing.assert_array_equal(env.state(), wide.state().astype(np.float32))
    assert env.state_space.contains(env.state())
    assert env.state_space.shape == (7 * 6 + 2 * env.swarm.family.size,)


def test_it_is_a_copy(agents):
    env = agents()
    env.reset(seed=0)
    before = env.state()
    env.state().fill(3.0)
    np.testing.assert_array_equal(env.state(), before)
