"""None"""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn

ROBOT = RobotModel()


def wander(arena, seed, ticks=20):
    """Drive by random wheel speeds and return the poses after each tick."""
    rng = np.random.default_rng(seed)
    track = []
    for _ in range(ticks):
        arena.set_wheel_speeds(ROBOT.max_wheel_speed * rng.uniform(-1, 1, (arena.count, 2)))
        arena.step(24)
        track.append(arena.poses())
    return np.array(track)


@pytest.fixture
def crowd():
    """Twenty robots close enough to bump into each other."""
    x, y = np.meshgrid(np.linspace(-0.2, 0.2, 5), np.linspace(-0.2, 0.1, 4))
    headings = np.random.default_rng(0).uniform(-np.pi, np.pi, 20)
    return np.column_stack([x.ravel(), y.ravel(), headings])


def test_robots_start_where_they_were_put():
    poses = spawn("uniform", 10, ROBOT.radius, np.random.default_rng(1))
    with Arena(ROBOT, poses) as arena:
        np.testing.assert_allclose(arena.poses(), poses, atol=1e-12)
        np.testing.assert_array_equal(arena.velocities(), 0.0)
        np.testing.assert_allclose(arena.tilt(), 0.0, atol=1e-7)
        assert arena.time == 0.0


def test_rebuilt_and_reset_worlds_evolve_bit_for_bit_alike(crowd):
    with Arena(ROBOT, crowd) as arena:
        first = wander(arena, seed=7)
        arena.reset(crowd)
        again = wander(arena, seed=7)
    with Arena(ROBOT, crowd) as other, Arena(ROBOT, crowd) as bystander:
        wander(bystander, seed=8, ticks=3)
        rebuilt = wander(other, seed=7)
    assert min(pdist(poses[:, :2]).min() for poses in first) < 2 * ROBOT.radius, "they bumped"
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, rebuilt)


def test_measured_velocity_is_the_change_of_the_pose():
    with Arena(ROBOT, np.array([[0.0, 0.0, 0.5]])) as arena:
        arena.set_wheel_speeds(np.array([[6.0, 12.0]]))
        arena.step(120)
        before = arena.poses()
        arena.step(1)
        change = (arena.poses() - before) * arena.physics_rate
        np.testing.assert_allclose(arena.velocities(), change, atol=1e-4)
        np.testing.assert_allclose(arena.wheel_speeds(), [[6.0, 12.0]], rtol=1e-3)


def test_what_is_read_is_of_this_moment_and_nobody_can_change_it():
    with Arena(ROBOT, np.zeros((1, 3))) as arena:
        states, seen = [arena.snapshot()], [arena.poses()]
        arena.set_wheel_speeds(np.full((1, 2), ROBOT.max_wheel_speed))
        for _ in range(2):
            arena.step(10)
            arena.poses()[:] = np.nan
            arena.tilt()[:] = np.nan
            states.append(arena.snapshot())
            seen.append(arena.poses())
        arena.check()
        assert seen[0][0, 0] < seen[1][0, 0] < seen[2][0, 0]
        for state, poses in zip(states, seen, strict=True):
            arena.restore(state)
            np.testing.assert_array_equal(arena.poses(), poses)
        arena.reset(np.full((1, 3), 0.5))
        np.testing.assert_allclose(arena.poses(), 0.5, atol=1e-12)


def test_time_counts_the_steps():
    with Arena(ROBOT, np.zeros((1, 3)), physics_rate=200) as arena:
        arena.step(50)
        assert arena.time == pytest.approx(0.25)


def test_touching_robots_and_walls_are_reported():
    poses = np.array([[0.0, 0.0, 0.0], [0.06, 0.0, np.pi], [0.97, 0.0, 0.0], [-0.5, 0.5, 0.0]])
    with Arena(ROBOT, poses) as arena:
        arena.set_wheel_speeds(np.full((4, 2), 5.0) * [[1], [1], [1], [0]])
        arena.step(240)
        contacts = arena.contacts()
    np.testing.assert_array_equal(contacts.pairs, [[0, 1]])
    np.testing.assert_array_equal(contacts.robot, [True, True, False, False])
    np.testing.assert_array_equal(contacts.wall, [False, False, True, False])


@pytest.mark.parametrize("radius", [0.025, 0.03])
def test_walls_let_a_centre_reach_the_rim_of_the_square(radius):
    robot = RobotModel(radius)
    poses = np.array([[0.9, 0, 0], [-0.9, 0, np.pi], [0, 0.9, np.pi / 2], [0, -0.9, -np.pi / 2]])
    with Arena(robot, poses) as arena:
        arena.set_wheel_speeds(np.full((4, 2), 0.5 * robot.max_wheel_speed))
        arena.step(480)
        reach = np.abs(arena.poses()[:, :2]).max(axis=1)
        assert arena.contacts().wall.all()
    # Half a millimetre: the overlap of a robot that keeps pushing.
    np.testing.assert_allclose(reach, 1.0, atol=5e-4)


def test_without_contacts_robots_pass_through_each_other_but_not_through_walls():
    poses = np.array([[-0.1, 0.0, 0.0], [0.1, 0.0, np.pi], [0.9, 0.5, 0.0]])
    with Arena(ROBOT, poses, contacts=False) as arena:
        arena.set_wheel_speeds(np.full((3, 2), ROBOT.max_wheel_speed))
        arena.step(90)
        x, y, _ = arena.poses().T
        contacts = arena.contacts()
    # 1.5 s at 0.2 m/s, less what the start from rest costs.
    np.testing.assert_allclose(x[:2], [0.19, -0.19], atol=0.01)
    np.testing.assert_allclose(y[:2], 0.0, atol=1e-4)
    assert x[2] < 1.001
    assert len(contacts.pairs) == 0
    np.testing.assert_array_equal(contacts.wall, [False, False, True])


def test_a_robot_outside_stops_the_run():
    lost = pytest.raises(RunError, match=r"at 0\.000 s robot 1 left the arena")
    with Arena(ROBOT, np.array([[0.0, 0.0, 0.0], [1.5, 0.0, 0.0]])) as arena, lost:
        arena.check()


def test_a_robot_upside_down_stops_the_run():
    with Arena(ROBOT, np.zeros((1, 3))) as arena:
        arena._engine.resetBasePositionAndOrientation(
            arena._bodies[0], [0, 0, 0.1], [1, 0, 0, 0], physicsClientId=arena._client
        )
        with pytest.raises(RunError, match=r"robot 0 lies upside down"):
            arena.check()


def test_a_pose_that_is_not_finite_stops_the_run():
    lost = pytest.raises(RunError, match=r"robot 0 has a pose that is not finite")
    with Arena(ROBOT, np.array([[0.0, np.nan, 0.0]])) as arena, lost:
        arena.check()


def test_a_sound_world_passes_the_check(crowd):
    with Arena(ROBOT, crowd) as arena:
        wander(arena, seed=1, ticks=2)
        arena.check()
        assert arena.count == 20


def test_a_physics_rate_out_of_range_is_refused():
    with pytest.raises(UsageError, match=r"physics_rate=0 .*60 to 1000 Hz"):
        Arena(ROBOT, np.zeros((1, 3)), physics_rate=0)


def test_motors_that_are_told_the_same_again_go_on_as_if_not_told(crowd):
    speeds = ROBOT.max_wheel_speed * np.random.default_rng(2).uniform(-1, 1, (20, 2))
    ends = []
    for told in (1, 6):
        with Arena(ROBOT, crowd) as arena:
            for k in range(6):
                if k < told:
                    arena._applied[:] = np.nan
                    arena.set_wheel_speeds(speeds)
                arena.step(5)
            ends.append(arena.poses())
    np.testing.assert_array_equal(*ends)


def test_a_packed_crowd_goes_on_from_its_snapshot_to_the_bit():
    """Two streams that meet: in the same world, and in a new one."""
    poses = spawn("uniform", 80, ROBOT.radius, np.random.default_rng(0))
    goals = np.where(np.arange(80)[:, None] % 2, [0.8, 0.1], [-0.8, -0.1])

    def drive(arena):
        track = []
        for _ in range(90):
            command = track_waypoints(arena.poses(), goals, ROBOT)
            arena.set_wheel_speeds(desaturate(command, ROBOT.max_wheel_speed))
            arena.step()
            track.append(arena.poses())
        return np.array(track)

    with Arena(ROBOT, poses) as arena:
        drive(arena)
        state = arena.snapshot()
        expected = drive(arena)
        assert len(arena.contacts().pairs) > 10
        arena.restore(state)
        again = drive(arena)
    with Arena(ROBOT, poses) as other:
        other.restore(state)
        elsewhere = drive(other)
    np.testing.assert_array_equal(again, expected)
    np.testing.assert_array_equal(elsewhere, expected)


def test_closing_twice_is_harmless():
    arena = Arena(ROBOT, np.zeros((1, 3)))
    arena.close()
    arena.close()
    assert arena.count == 1
