"""The kinematic dynamics against closed forms, brute force and its own promises."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from bildsim.basics.errors import RunError
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn

ROBOT = RobotModel()
FULL = ROBOT.max_wheel_speed


def at_speed(pose, wheels, ticks):
    """Return poses after each of so many steps, from a robot whose wheels are up to speed."""
    arena = KinematicArena(ROBOT, np.array([pose]))
    arena.set_wheel_speeds(np.array([wheels]))
    arena.step(8)
    track = [arena.poses()[0]]
    for _ in range(ticks):
        arena.step()
        track.append(arena.poses()[0])
    return np.array(track)


def drive_to(arena, goals, seconds):
    for _ in range(round(60 * seconds)):
        command = track_waypoints(arena.poses(), goals, ROBOT)
        arena.set_wheel_speeds(desaturate(command, FULL))
        arena.step(arena.physics_rate // 60)


def wander(arena, seed, ticks=40):
    rng = np.random.default_rng(seed)
    for _ in range(ticks):
        arena.set_wheel_speeds(FULL * rng.uniform(-1, 1, (arena.count, 2)))
        arena.step(4)
    return arena.poses()


@pytest.fixture
def crowd():
    """Sixty robots close to each other and to a corner."""
    poses = spawn("corner", 60, ROBOT.radius, np.random.default_rng(5))
    assert pdist(poses[:, :2]).min() < 2.2 * ROBOT.radius
    return poses


# Free motion


def test_a_straight_line():
    track = at_speed([-0.3, 0.1, 0.7], [FULL, FULL], 60)
    way = track[-1, :2] - track[0, :2]
    np.testing.assert_allclose(way, 0.2 * np.array([np.cos(0.7), np.sin(0.7)]), atol=1e-12)
    np.testing.assert_array_equal(track[:, 2], 0.7)


def test_a_spin_turns_the_centre_about_the_middle_of_the_axle():
    track = at_speed([0.0, 0.0, 0.0], [-0.3 * FULL, 0.3 * FULL], 90)
    turns = np.diff(np.unwrap(track[:, 2]))
    np.testing.assert_allclose(turns, 0.3 * ROBOT.max_turn_rate / 60, atol=1e-12)
    axle = track[:, :2] - ROBOT.axle_offset * np.column_stack(
        [np.cos(track[:, 2]), np.sin(track[:, 2])]
    )
    np.testing.assert_allclose(axle, [[-ROBOT.axle_offset, 0.0]] * len(axle), atol=1e-12)
    assert np.abs(track[:, 2]).max() <= np.pi


def test_a_circle_has_the_unicycles_radius_and_closes():
    track = at_speed([0.0, 0.0, 0.4], [0.6 * FULL, FULL], 400)
    axle = track[:, :2] - ROBOT.axle_offset * np.column_stack(
        [np.cos(track[:, 2]), np.sin(track[:, 2])]
    )
    left = np.column_stack([-np.sin(track[:, 2]), np.cos(track[:, 2])])
    radius = 0.5 * ROBOT.track_width * 1.6 / 0.4
    centre = axle + radius * left
    np.testing.assert_allclose(centre, [centre[0]] * len(centre), atol=1e-12)


def test_one_long_step_is_many_short_ones():
    poses = np.array([[0.1, -0.2, 0.3], [-0.4, 0.4, 3.0]])
    wheels = FULL * np.array([[0.2, 0.7], [-1.0, 0.4]])
    ends = []
    for rate in (60, 600):
        arena = KinematicArena(ROBOT, poses, physics_rate=rate)
        arena.set_wheel_speeds(wheels)
        arena.step(2 * rate)
        ends.append(arena.poses())
    # On the ramp of 0.09 s the long step takes the mean speed of each wheel, not its course.
    np.testing.assert_allclose(ends[0], ends[1], atol=2e-3)


def test_wheels_reach_their_speed_at_the_motors_acceleration():
    arena = KinematicArena(ROBOT, np.zeros((1, 3)))
    arena.set_wheel_speeds(np.array([[FULL, FULL]]))
    arena.step(3)
    speed = ROBOT.rim_acceleration * 3 / 60
    np.testing.assert_allclose(arena.wheel_speeds(), [[speed / ROBOT.wheel_radius] * 2])
    np.testing.assert_allclose(arena.velocities(), [[speed, 0.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(arena.poses()[0, 0], 0.5 * ROBOT.rim_acceleration * 0.05**2)


def test_velocity_is_the_change_of_the_pose():
    arena = KinematicArena(ROBOT, np.array([[0.0, 0.0, 0.5]]), physics_rate=1000)
    arena.set_wheel_speeds(np.array([[6.0, 12.0]]))
    arena.step(200)
    before = arena.poses()
    arena.step()
    # The velocity is that at the step's end: it turned by 2.7 rad/s * 0.5 ms since its middle.
    np.testing.assert_allclose(arena.velocities(), 1000 * (arena.poses() - before), atol=3e-4)


def test_a_robot_that_nobody_touches_does_not_move_at_all(crowd):
    poses = np.vstack([crowd, [[0.9, 0.9, 1.0], [1.0, 0.0, 0.0]]])
    arena = KinematicArena(ROBOT, poses)
    wheels = np.full((62, 2), 0.0)
    wheels[:10] = FULL
    arena.set_wheel_speeds(wheels)
    arena.step(60)
    np.testing.assert_array_equal(arena.poses()[60:], poses[60:])
    assert np.abs(arena.poses()[:60] - crowd).max() > 0.01, "others did"


def test_a_standing_crowd_stays_bit_for_bit(crowd):
    arena = KinematicArena(ROBOT, crowd)
    arena.step(60)
    np.testing.assert_array_equal(arena.poses(), crowd)
    assert len(arena.contacts().pairs) == 0


# Contacts


def test_head_on_robots_stop_at_touch_without_ever_overlapping():
    arena = KinematicArena(ROBOT, np.array([[-0.1, 0.0, 0.0], [0.1, 0.0, np.pi]]))
    arena.set_wheel_speeds(np.full((2, 2), FULL))
    gaps = []
    for _ in range(90):
        arena.step()
        gaps.append(pdist(arena.poses()[:, :2])[0] - 2 * ROBOT.radius)
    assert min(gaps) > -1e-9
    assert gaps[-1] == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_array_equal(arena.contacts().pairs, [[0, 1]])
    np.testing.assert_allclose(arena.wheel_speeds(), 0.0, atol=1e-9)


def test_a_pusher_shares_its_motors_with_the_one_it_pushes_from_behind():
    arena = KinematicArena(ROBOT, np.array([[-0.1, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    arena.set_wheel_speeds(np.array([[FULL, FULL], [0.0, 0.0]]))
    arena.step(120)
    # Equal motors, one for and one against, cancel; what they carried on with stays.
    np.testing.assert_allclose(arena.velocities()[:, 0], [0.1, 0.1], atol=1e-6)


def test_a_standing_robot_holds_against_a_push_from_its_side():
    arena = KinematicArena(ROBOT, np.array([[-0.08, 0.0, 0.0], [0.0, 0.0, np.pi / 2]]))
    arena.set_wheel_speeds(np.array([[FULL, FULL], [0.0, 0.0]]))
    arena.step(120)
    # Its motors and its tyres together are stronger than the pusher; PyBullet: 11.7 mm.
    assert 0.0 < arena.poses()[1, 0] < 0.02
    assert arena.contacts().robot.all()


def test_walls_hold_and_a_centre_reaches_the_rim_of_the_square():
    poses = np.array([[0.9, 0, 0], [-0.9, 0, np.pi], [0, 0.9, np.pi / 2], [0, -0.9, -np.pi / 2]])
    arena = KinematicArena(ROBOT, poses)
    arena.set_wheel_speeds(np.full((4, 2), FULL))
    arena.step(120)
    np.testing.assert_allclose(np.abs(arena.poses()[:, :2]).max(axis=1), 1.0, atol=1e-12)
    contacts = arena.contacts()
    assert contacts.wall.all()
    assert not contacts.robot.any()


def test_one_robot_alone_meets_any_wall():
    # The walls are numbered below 0, the top one by -4: no place of a robot.
    for wall, heading in enumerate(np.pi * np.array([0.0, 1.0, 0.5, -0.5])):
        place = 0.999 * np.array([np.cos(heading), np.sin(heading)])
        arena = KinematicArena(ROBOT, np.array([[*place, heading]]))
        arena.set_wheel_speeds(np.full((1, 2), ROBOT.max_wheel_speed))
        arena.step(30)
        assert arena.contacts().wall.all(), wall


def test_no_wall_yields_to_a_crowd(crowd):
    arena = KinematicArena(ROBOT, crowd)
    for _ in range(40):
        drive_to(arena, np.full((60, 2), -1.0), 0.1)
        assert np.abs(arena.poses()[:, :2]).max() <= 1.0


def test_overlaps_settle():
    poses = np.random.default_rng(3).uniform(-0.12, 0.12, (30, 3))
    poses[1] = poses[0]
    arena = KinematicArena(ROBOT, poses)
    assert pdist(poses[:, :2]).min() == 0.0
    arena.step(240)
    assert np.isfinite(arena.poses()).all()
    # A tenth of a micrometre: the sweeps halve what is left, and stop at no bound.
    assert pdist(arena.poses()[:, :2]).min() > 2 * ROBOT.radius - 1e-7


def test_a_hundred_robots_driven_to_one_point_stay_apart():
    poses = spawn("uniform", 100, ROBOT.radius, np.random.default_rng(0))
    arena = KinematicArena(ROBOT, poses)
    goals = np.full((100, 2), 0.2)
    for _ in range(80):
        drive_to(arena, goals, 0.1)
        # Measured: 0.5 mm; PyBullet's own bound in the same jam is 2 mm.
        assert pdist(arena.poses()[:, :2]).min() > 2 * ROBOT.radius - 1.5e-3
    arena.check()
    # The densest heap of a hundred discs has a mean distance of 0.175 m.
    assert 0.17 < np.linalg.norm(arena.poses()[:, :2] - 0.2, axis=1).mean() < 0.21
    assert np.hypot(*arena.velocities()[:, :2].T).mean() < 0.01, "it comes to rest"


def test_without_contacts_robots_pass_through_each_other_but_not_through_walls():
    poses = np.array([[-0.1, 0.0, 0.0], [0.1, 0.0, np.pi], [0.9, 0.5, 0.0]])
    arena = KinematicArena(ROBOT, poses, contacts=False)
    arena.set_wheel_speeds(np.full((3, 2), FULL))
    arena.step(90)
    assert arena.poses()[0, 0] > 0.15
    assert arena.poses()[2, 0] == 1.0
    assert len(arena.contacts().pairs) == 0
    np.testing.assert_array_equal(arena.contacts().wall, [False, False, True])


def test_all_robots_on_one_point_are_no_reason_to_fail():
    arena = KinematicArena(ROBOT, np.zeros((60, 3)))
    arena.step(300)
    arena.check()
    assert pdist(arena.poses()[:, :2]).min() > 1.9 * ROBOT.radius


# Promises


def test_the_same_twice_and_after_a_reset(crowd):
    arena = KinematicArena(ROBOT, crowd)
    first = wander(arena, seed=7)
    arena.reset(crowd)
    again = wander(arena, seed=7)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, wander(KinematicArena(ROBOT, crowd), seed=7))


def test_states_that_lead_out_of_their_arrays_are_refused(crowd):
    arena = KinematicArena(ROBOT, crowd)
    drive_to(arena, np.zeros((60, 2)), 3.0)
    state = arena.snapshot()
    assert state["count"] > 20
    arena.restore(state)
    first = state["rows"].first.copy()
    first[3] = 60
    swarm, rows, memory = state["swarm"], state["rows"], state["memory"]
    for changes in (
        {"count": len(rows.gap) + 1},
        {"count": -1},
        {"rows": rows._replace(first=first)},
        {"rows": rows._replace(second=first)},
        {"rows": rows._replace(second=rows.second - 70)},
        {"rows": rows._replace(normal=rows.normal[:-1])},
        {"rows": rows._replace(gap=rows.gap.astype(np.float32))},
        {"swarm": swarm._replace(speed=swarm.speed[:-1])},
        {"swarm": swarm._replace(pose=np.asfortranarray(swarm.pose))},
        {"memory": memory._replace(other=memory.other[:, :-1])},
    ):
        with pytest.raises(ValueError, match=r"must be of shape|are not of 60 robots"):
            arena.restore(state | changes)


def test_the_numbers_of_the_robots_do_not_matter(crowd):
    order = np.random.default_rng(1).permutation(60)
    goals = np.random.default_rng(2).uniform(-1.0, -0.5, (60, 2))
    one, other = KinematicArena(ROBOT, crowd), KinematicArena(ROBOT, crowd[order])
    drive_to(one, goals, 3.0)
    drive_to(other, goals[order], 3.0)
    assert len(one.contacts().pairs) > 20, "they touch"
    np.testing.assert_array_equal(one.poses()[order], other.poses())


def test_a_far_robot_changes_nothing(crowd):
    wheels = FULL * np.random.default_rng(0).uniform(-1, 1, (60, 2))
    alone, watched = (
        KinematicArena(ROBOT, crowd),
        KinematicArena(ROBOT, np.vstack([crowd, [[0.9, 0.9, 0.0]]])),
    )
    alone.set_wheel_speeds(wheels)
    watched.set_wheel_speeds(np.vstack([wheels, [[FULL, -FULL]]]))
    alone.step(60)
    watched.step(60)
    np.testing.assert_array_equal(alone.poses(), watched.poses()[:60])


def test_arrays_are_the_callers_own(crowd):
    arena = KinematicArena(ROBOT, crowd)
    for given in (arena.poses(), arena.velocities(), arena.wheel_speeds()):
        given.fill(9.0)
    np.testing.assert_array_equal(arena.poses(), crowd)


def test_a_pose_that_is_not_finite_stops_the_run():
    arena = KinematicArena(ROBOT, np.array([[0.0, 0.0, 0.0], [np.nan, 0.0, 0.0]]))
    arena.step()
    with pytest.raises(RunError, match=r"robot 1 has a pose that is not finite"):
        arena.check()
