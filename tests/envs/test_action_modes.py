"""What becomes of actions in each mode: motion, effort, limits, collision avoidance, delays."""

import numpy as np
import pytest

from bildsim.controllers.safety.registry import make_safety
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import make_dynamics, make_model

POSES = np.array([[0.0, 0.0, 0.3], [0.5, -0.5, 2.0], [-0.5, 0.4, -2.5]])


def carried_out(dynamics, mode, action, ticks, safety="none", **disturbances):
    """Return the world and the last motion after so many ticks of one action."""
    robot = make_model(dynamics, 0.025, 0.2)
    arena = make_dynamics(dynamics, robot, POSES)
    method = make_safety(safety, robot)
    driver = Driver(
        robot, 12.0, method, disturbances=Disturbances(**disturbances), action_mode=mode
    )
    driver.reset(POSES, np.random.default_rng(0))
    for _ in range(ticks):
        motion = driver.drive(arena, np.asarray(action, dtype=np.float64))
        driver.look(arena.time, arena.poses())
    return arena, motion


@pytest.mark.parametrize("dynamics", ["ideal", "kinematic", "bullet"])
def test_centres_move_at_the_velocity_that_is_asked_for(dynamics):
    velocity = np.array([[0.1, 0.0], [0.0, 0.08], [-0.05, -0.05]])
    arena, motion = carried_out(dynamics, "velocity", velocity, 30)
    moved = arena.poses()[:, :2] - POSES[:, :2]
    # Robots on wheels start from rest, and turn round first.
    np.testing.assert_allclose(moved, 3.0 * velocity, atol=1e-12 if dynamics == "ideal" else 0.02)
    now = arena.velocities()[:, :2]
    np.testing.assert_allclose(now, velocity, atol=1e-9 if dynamics == "ideal" else 2e-3)
    assert not motion.saturated.any()
    np.testing.assert_allclose(motion.effort, 0.1 * (velocity**2).sum(axis=1), rtol=0.1)
    arena.close()


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_wheels_turn_as_they_are_told(dynamics):
    wheels = np.array([[5.0, 5.0], [3.0, -3.0], [4.0, 8.0]])
    arena, motion = carried_out(dynamics, "wheel_speeds", wheels, 10)
    np.testing.assert_array_equal(motion.command, wheels)
    np.testing.assert_array_equal(motion.applied, wheels)
    np.testing.assert_allclose(arena.wheel_speeds(), wheels, atol=0.05)
    forward = arena.robot.wheel_radius * 5.0
    np.testing.assert_allclose(np.hypot(*arena.velocities()[0, :2]), forward, rtol=0.02)
    np.testing.assert_allclose(arena.velocities()[1, :2], 0.0, atol=0.05)
    squares = arena.robot.wheel_radius**2 * (wheels**2).mean(axis=1)
    np.testing.assert_allclose(motion.effort, 0.1 * squares)
    arena.close()


def test_points_do_not_leave_the_square_and_say_when_they_are_too_slow():
    arena, motion = carried_out("ideal", "velocity", [[0.2, 0.2], [0.2, 0.0], [0.0, -0.2]], 80)
    assert np.abs(arena.poses()[:, :2]).max() <= 1.0
    arena, motion = carried_out("ideal", "velocity", [[0.2, 0.2], [0.2, 0.0], [0.0, -0.2]], 1)
    assert motion.saturated.tolist() == [1.0, 0.0, 0.0]
    np.testing.assert_allclose(np.hypot(*arena.velocities()[:, :2].T), 0.2)


@pytest.mark.parametrize("mode", ["velocity", "wheel_speeds"])
@pytest.mark.parametrize("safety", ["cbf", "orca"])
def test_collision_avoidance_acts_in_every_mode(mode, safety):
    poses = np.array([[-0.06, 0.0, 0.0], [0.06, 0.0, np.pi]])
    action = [[0.15, 0.0], [-0.15, 0.0]] if mode == "velocity" else [[14.4, 14.4]] * 2
    robot = make_model("kinematic", 0.025, 0.2)
    touched, acted = {}, 0.0
    for name in ("none", safety):
        arena = make_dynamics("kinematic", robot, poses)
        driver = Driver(robot, 12.0, make_safety(name, robot), action_mode=mode)
        driver.reset(poses, np.random.default_rng(0))
        touched[name] = False
        for _ in range(20):
            motion = driver.drive(arena, np.array(action))
            touched[name] |= bool(arena.touching().robot.any())
            acted += motion.safety_acted.sum()
    assert touched == {"none": True, safety: False}
    assert acted > 0


@pytest.mark.parametrize("mode", ["velocity", "wheel_speeds"])
def test_late_commands_take_effect_late_in_every_mode(mode):
    action = [[0.1, 0.0]] * 3 if mode == "velocity" else [[5.0, 5.0]] * 3
    actuation = Actuation(command_delay=0.15)
    _, motion = carried_out("kinematic", mode, action, 1, actuation=actuation)
    assert not motion.applied.any()
    assert motion.command.all()
    _, motion = carried_out("kinematic", mode, action, 4, actuation=actuation)
    assert motion.applied.all()
