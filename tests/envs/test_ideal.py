"""The paper's dynamics: robots go straight to where they were sent."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.envs.ideal import IdealArena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.swarm import SwarmEnv
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

UNLIMITED = RobotModel(max_speed=np.inf)


def test_robots_are_at_their_waypoints_and_look_along_the_way():
    arena = IdealArena(UNLIMITED, np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 3.0], [0.1, 0.1, 2.0]]))
    arena.move(np.array([[-1.0, 1.0], [0.5, 0.4], [0.1, 0.1]]))
    expected = [[-1.0, 1.0, 0.75 * np.pi], [0.5, 0.4, -np.pi / 2], [0.1, 0.1, 2.0]]
    np.testing.assert_allclose(arena.poses(), expected, atol=1e-15)
    np.testing.assert_array_equal(arena.poses()[:, :2], [[-1.0, 1.0], [0.5, 0.4], [0.1, 0.1]])
    velocity = arena.velocities()
    np.testing.assert_allclose(velocity[:2, :2], [[-10.0, 10.0], [0.0, -1.0]], atol=1e-12)
    # From 3 rad to -pi/2 the short way is to the left.
    assert velocity[1, 2] == pytest.approx((1.5 * np.pi - 3.0) / 0.1)
    np.testing.assert_array_equal(velocity[2], 0.0)


def test_nothing_touches_and_no_wheel_turns():
    arena = IdealArena(RobotModel(), np.zeros((3, 3)))
    arena.move(np.zeros((3, 2)))
    contacts = arena.contacts()
    assert contacts.max_overlap == 0.0
    assert not (contacts.robot | contacts.wall).any()
    np.testing.assert_array_equal(arena.wheel_speeds(), np.zeros((3, 2)))
    assert arena.time == 0.1


def test_a_position_that_is_not_finite_stops_the_run():
    arena = IdealArena(UNLIMITED, np.zeros((2, 3)))
    arena.move(np.array([[0.0, 0.0], [np.inf, 0.0]]))
    with pytest.raises(RunError, match="robot 1"):
        arena.check()


def test_the_top_speed_cuts_the_way_short_and_not_its_direction():
    arena = IdealArena(RobotModel(max_speed=0.2), np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]))
    cut = arena.move(np.array([[0.8, 0.9], [0.012, 0.016]]))
    np.testing.assert_array_equal(cut, [True, False])
    expected = [[0.5 + 0.6 * 0.02, 0.5 + 0.8 * 0.02], [0.012, 0.016]]
    np.testing.assert_allclose(arena.poses()[:, :2], expected, atol=1e-15)
    np.testing.assert_allclose(np.hypot(*arena.velocities()[:, :2].T), 0.2, rtol=1e-12)


def test_the_environment_says_whose_way_was_cut_short():
    env = SwarmEnv(robots=5, dynamics="ideal", max_speed=0.02)
    before, _ = env.reset(seed=0)
    start = before["pose"][:, :2]
    goals = start + np.array([[0.0, 0.001]] * 3 + [[0.003, 0.0]] * 2) * -np.sign(start)
    observation, _, _, _, info = env.step(goals)
    np.testing.assert_array_equal(info["saturated"], [0.0, 0.0, 0.0, 1.0, 1.0])
    way = np.linalg.norm(observation["pose"][:, :2] - start, axis=1)
    np.testing.assert_allclose(way, [0.001] * 3 + [0.002] * 2, rtol=1e-9)
    assert env.max_step == pytest.approx(0.002)


def test_the_environment_puts_robots_there_at_once_if_they_have_no_top_speed():
    env = SwarmEnv(robots=5, dynamics="ideal", max_speed=np.inf)
    before, _ = env.reset(seed=0)
    goals = np.random.default_rng(0).uniform(-1, 1, (5, 2))
    observation, _, _, _, info = env.step(goals)
    np.testing.assert_array_equal(observation["pose"][:, :2], goals)
    assert observation in env.observation_space
    assert info["time_s"] == 0.1
    assert info["saturated"].max() == 0.0
    way = np.linalg.norm(goals - before["pose"][:, :2], axis=1)
    np.testing.assert_allclose(info["effort"], (way / 0.1) ** 2 * 0.1, rtol=1e-12)
    assert env.max_step == pytest.approx(np.sqrt(8.0))


def test_a_run_is_the_recursion_of_the_paper():
    """x(k+1) is exactly the planner's waypoint from x(k), tick after tick."""
    config = RunConfig(
        swarm=SwarmSettings(robots=12, dynamics="ideal", max_speed=np.inf),
        rounds=3,
        duration=1.0,
        network="complete",
    )
    simulation = Simulation(config)
    ticks = list(simulation.ticks())
    assert len(ticks) == 11
    for tick in ticks[1:]:
        np.testing.assert_array_equal(tick.pose[:, :2], tick.waypoint)
        np.testing.assert_array_equal(tick.applied, 0.0)
    assert np.abs(ticks[-1].pose - ticks[0].pose).max() > 0.0
