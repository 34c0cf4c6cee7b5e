"""The parts of an environment, whichever episode it is in."""

import numpy as np
import pytest
from gymnasium.error import ResetNeeded

from bildsim.basics.errors import UsageError
from bildsim.envs.swarm import SwarmEnv

SLOW = {"randomise": {"max_speed": [0.05], "target": ["ring"]}}


def test_the_parts_are_those_of_the_episode(swarm):
    env = swarm(dynamics="kinematic")
    env.reset(seed=0)
    usual = (env.robot, env.driver, env.tracking, env.task, env.max_step)
    env.reset(seed=0, options=SLOW)
    assert env.robot.max_speed == 0.05
    assert env.max_step == pytest.approx(0.005)
    assert env.present_target.name == "ring"
    assert (env.robots, env.contacts, env.physics_rate) == (8, True, 60)
    assert env.usual.robot.max_speed == 0.2
    env.reset(seed=0)
    assert (env.robot, env.driver, env.tracking, env.task, env.max_step) == usual


def test_wall_time_is_counted_across_episodes(swarm):
    env = swarm(dynamics="kinematic")
    budget = env.time_budget
    for options in (None, SLOW, None):
        env.reset(seed=0, options=options)
        before = budget.seconds.get("physics", 0.0)
        env.step(np.zeros((8, 2)))
        assert env.time_budget is budget
        assert budget.seconds["physics"] > before


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_world_stays_where_only_what_goes_wrong_differs(swarm, dynamics):
    env = swarm(dynamics=dynamics, render_mode="rgb_array")
    env.reset(seed=0)
    world = env.arena
    env.reset(seed=0, options={"randomise": {"position_noise": [0.01]}})
    assert env.arena is world
    env.reset(seed=0, options=SLOW)
    assert env.arena is not world
    env.reset(seed=0)
    assert env.arena.robot == env.usual.robot
    env.close()
    with pytest.raises(ResetNeeded, match=r"call reset\(\) first"):
        env.render()


def test_only_what_reset_takes_is_taken_for_one_episode(swarm):
    env = swarm(dynamics="ideal")
    assert env.as_target("ring").name == "ring"
    assert env.as_start("corner") == "corner"
    with pytest.raises(UsageError, match="target='rung'"):
        env.as_target("rung")
    with pytest.raises(UsageError, match="start='kerner'"):
        env.as_start("kerner")


def test_a_picture_of_a_drawn_episode_shows_its_target(swarm):
    env = swarm(dynamics="ideal", render_mode="rgb_array")
    env.reset(seed=0)
    usual = env.render()
    env.reset(seed=0, options={"randomise": {"target": ["ring"]}})
    drawn = env.render()
    env.reset(seed=0)
    assert (usual != drawn).any()
    np.testing.assert_array_equal(env.render(), usual)


@pytest.mark.parametrize("mode", ["waypoint", "velocity", "wheel_speeds"])
@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_branch_is_the_same_as_the_trunk_in_every_mode(dynamics, mode):
    env, other = (SwarmEnv(robots=5, dynamics=dynamics, action_mode=mode) for _ in range(2))
    env.action_space.seed(0)
    env.reset(seed=1)
    actions = [env.action_space.sample() for _ in range(8)]
    for action in actions[:4]:
        env.step(action)
    state = env.get_state()
    trunk = [env.step(action)[0]["pose"] for action in actions[4:]]
    other.set_state(state)
    for pose, action in zip(trunk, actions[4:], strict=True):
        np.testing.assert_array_equal(other.step(action)[0]["pose"], pose)
    env.close()
    other.close()
