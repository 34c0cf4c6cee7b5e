"""Back to a moment: what follows is the same to the bit, in this world or another."""

import pickle

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import DYNAMICS_NAMES, make_dynamics, make_model
from bildsim.envs.robots.spawn import spawn
from bildsim.envs.swarm import SwarmEnv

ROBOTS = 16


def make(name, seed=0):
    robot = make_model(name, 0.025, 0.2)
    poses = spawn("centre", ROBOTS, robot.radius, np.random.default_rng(seed))
    return make_dynamics(name, robot, poses), Driver(robot, 12.0)


def drive(arena, driver, first, last):
    """Send all robots to one point after another, where they jam; return all that is seen."""
    seen = []
    for tick in range(first, last):
        point = np.random.default_rng(tick // 60).uniform(-1, 1, 2)
        driver.drive(arena, np.tile(point, (ROBOTS, 1)))
        touched = arena.contacts()
        parts = (arena.poses(), arena.velocities(), arena.wheel_speeds(), touched.pair_overlap)
        seen.append(np.concatenate([part.ravel() for part in parts]))
    return seen


@pytest.mark.parametrize("name", DYNAMICS_NAMES)
def test_a_hundred_ticks_in_a_jam_are_the_same_in_another_world(name):
    arena, driver = make(name)
    drive(arena, driver, 0, 60)
    state = pickle.loads(pickle.dumps(arena.snapshot()))
    time, touching = arena.time, len(arena.contacts().pairs)
    assert touching > 10 or name == "ideal"
    after = drive(arena, driver, 60, 160)
    other, _ = make(name, seed=1)
    drive(other, driver, 7, 15)
    # Into a world with a history of its own, and twice: a state is not used up.
    for world in (other, other, arena):
        world.restore(state)
        assert world.time == time
        assert len(world.contacts().pairs) == touching
        for seen, expected in zip(drive(world, driver, 60, 160), after, strict=True):
            np.testing.assert_array_equal(seen, expected)
    arena.close()
    other.close()


def test_motors_hold_their_speeds_over_a_restore():
    arena, _ = make("bullet")
    arena.set_wheel_speeds(np.full((ROBOTS, 2), 3.0))
    arena.step(50)
    state = arena.snapshot()
    arena.step(100)
    expected = arena.poses()
    arena.restore(state)
    arena.step(100)
    np.testing.assert_array_equal(arena.poses(), expected)
    arena.close()


def test_a_world_of_other_bodies_is_refused():
    arena, _ = make("bullet")
    state = arena.snapshot()
    with pytest.raises(RunError, match="PyBullet does not take a saved world back"):
        arena.restore({**state, "poses": state["poses"][:-1]})
    arena.close()


@pytest.fixture
def swarm():
    made = []

    def make(**arguments):
        made.append(SwarmEnv(**{"robots": 8, "start": "centre", **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()


def walk(env, seed, steps=10):
    """Return all that random actions, drawn from one seed, bring."""
    rng = np.random.default_rng(seed)
    results = []
    for _ in range(steps):
        observation, reward, _, _, info = env.step(rng.uniform(-1, 1, (8, 2)))
        results += [*observation.values(), reward, *info.values()]
    return results


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_a_branch_is_the_same_as_the_trunk(swarm, dynamics):
    env = swarm(dynamics=dynamics, reward="decrease")
    env.reset(seed=5)
    walk(env, 0)
    state = env.get_state()
    trunk = walk(env, 1)
    after = env.reset()[0]["pose"]
    for world in (env, swarm(dynamics=dynamics, reward="decrease")):
        observation, info = world.set_state(state)
        assert world.observation_space.contains(observation)
        again = world.get_state()
        assert (info["kl_fit"], info["time_s"]) == (state.kl, world.arena.time)
        np.testing.assert_array_equal(again.theta, state.theta)
        branch = walk(world, 1)
        for one, other in zip(branch, trunk, strict=True):
            np.testing.assert_array_equal(one, other)
        assert (walk(world, 2)[0] != trunk[0]).any()
        world.set_state(state)
        np.testing.assert_array_equal(world.reset()[0]["pose"], after)


def test_a_state_does_not_change_with_its_environment(swarm):
    env = swarm(dynamics="kinematic")
    env.reset(seed=0)
    state = env.get_state()
    before = pickle.dumps(state)
    walk(env, 0)
    env.reset()
    assert pickle.dumps(state) == before


def test_states_of_another_swarm_are_refused(swarm):
    env = swarm(dynamics="ideal")
    env.reset(seed=0)
    state = env.get_state()
    for other in (swarm(dynamics="ideal", robots=9), swarm(dynamics="kinematic")):
        with pytest.raises(UsageError, match="a state of 8 robots with dynamics 'ideal'"):
            other.set_state(state)


def test_frames_begin_anew_after_a_return(swarm):
    env = swarm(dynamics="kinematic", render_mode="rgb_array")
    env.reset(seed=0)
    state = env.get_state()
    first = env.render()
    walk(env, 0, 3)
    env.render()
    env.set_state(state)
    np.testing.assert_array_equal(env.render(), first)
