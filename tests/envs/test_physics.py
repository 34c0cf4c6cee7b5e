"""The physics of a swarm: what is known of robots at a moment, without targets and rewards."""

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import make_model
from bildsim.envs.physics import SwarmPhysics

POSES = np.array([[0.0, 0.0, 0.0], [0.4, 0.4, 1.0], [-0.97, 0.2, -3.0]])
GOALS = np.array([[0.3, 0.0], [0.4, 0.1], [-1.0, 0.2]])


def physics(dynamics="kinematic", **disturbances):
    robot = make_model(dynamics, 0.025, 0.2)
    driver = Driver(robot, 12.0, disturbances=Disturbances(**disturbances))
    return SwarmPhysics(
        dynamics, len(POSES), driver, robot, physics_rate=None, contacts=True, gui=False
    )


def begun(dynamics="kinematic", seed=0, **disturbances):
    made = physics(dynamics, **disturbances)
    made.reset(POSES, np.random.default_rng(seed))
    return made


def test_there_is_nothing_before_a_reset_and_after_the_end():
    made = physics()
    for act in (lambda: made.arena, lambda: made.drive(GOALS), made.snapshot):
        with pytest.raises(gymnasium.error.ResetNeeded):
            act()
    assert not made.running
    made.reset(POSES, np.random.default_rng(0))
    assert made.running
    made.close()
    made.close()
    assert not made.running


def test_a_reset_puts_robots_at_rest_in_the_same_dynamics():
    made = begun()
    arena = made.arena
    made.drive(GOALS)
    assert (made.pose != POSES).any()
    made.reset(POSES, np.random.default_rng(1))
    assert made.arena is arena
    np.testing.assert_array_equal(made.pose, POSES)
    np.testing.assert_array_equal(made.arena.velocities(), 0.0)
    assert not made.touching.any()
    assert not made.saturated.any()


def test_a_tick_leaves_what_it_did_to_be_seen():
    made = begun()
    for _ in range(4):
        motion, touched = made.drive(GOALS)
    np.testing.assert_array_equal(made.pose, made.arena.poses())
    np.testing.assert_array_equal(made.touching, touched.robot | touched.wall)
    np.testing.assert_array_equal(made.saturated, motion.saturated > 0.5)
    assert made.saturated[:2].all(), "they have far to go"


def test_without_errors_what_is_measured_is_the_truth_itself():
    made = begun()
    made.drive(GOALS)
    assert made.measured is made.pose
    off = begun(sensing=Sensing(position_noise=0.05))
    off.drive(GOALS)
    assert 0.0 < np.abs(off.measured - off.pose).max() < 0.4
    np.testing.assert_array_equal(off.pose, off.arena.poses())


def test_the_dead_are_not_in_the_swarm_and_not_saturated():
    made = begun(faults=Faults(dead="robots:0@0.1"))
    made.drive(GOALS)
    assert made.active.tolist() == [False, True, True]
    motion, _ = made.drive(GOALS)
    assert not made.saturated[0]
    assert made.saturated[1]
    assert not motion.applied[0].any()


@pytest.mark.parametrize("dynamics", ["ideal", "kinematic", "bullet"])
def test_physics_goes_on_from_a_state_in_another_world(dynamics):
    errors = {"sensing": Sensing(position_noise=0.02)}
    made, other = begun(dynamics, **errors), begun(dynamics, seed=9, **errors)
    made.drive(GOALS)
    state, flags = made.snapshot(), (made.touching, made.saturated)
    measured = made.measured.copy()
    made.drive(GOALS)
    other.restore(state, *flags)
    np.testing.assert_array_equal(other.measured, measured)
    other.drive(GOALS)
    for name in ("pose", "measured", "touching", "saturated"):
        np.testing.assert_array_equal(getattr(other, name), getattr(made, name))
    made.close()
    other.close()


def test_physics_of_the_same_robots_take_over_a_world_and_others_close_it():
    first, alike = begun(), physics(sensing=Sensing(position_noise=0.01))
    world = first.arena
    first.drive(GOALS)
    alike.reset(POSES, np.random.default_rng(0), after=first)
    assert alike.arena is world
    assert not first.running
    np.testing.assert_array_equal(alike.pose, POSES)
    slow = make_model("kinematic", 0.025, 0.1)
    other = SwarmPhysics(
        "kinematic", 3, Driver(slow, 12.0), slow, physics_rate=None, contacts=True, gui=False
    )
    other.reset(POSES, np.random.default_rng(0), after=alike)
    assert other.arena is not world
    assert not alike.running


def test_faults_that_leave_nobody_change_nothing():
    first = begun()
    all_dead = physics(faults=Faults(dead="1@5"))
    with pytest.raises(UsageError, match="nobody is left"):
        all_dead.reset(POSES, np.random.default_rng(0), after=first)
    assert first.running
    assert not all_dead.running
