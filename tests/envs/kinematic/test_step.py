"""One step: arcs against an integrated unicycle, and a step for which there is no room."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from bildsim.envs.kinematic.cell_list import make_cells
from bildsim.envs.kinematic.collision_detection import make_rows
from bildsim.envs.kinematic.contact_solver import Drive
from bildsim.envs.kinematic.step import Swarm, face, roll, take_step
from bildsim.envs.kinematic.warm_start import make_memory

DRIVE = Drive(
    radius=0.025,
    track=0.0375,
    offset=0.0067,
    lightness=0.74,
    gain=0.05,
    grip=0.03,
    reach=0.01,
    step=1.0 / 60.0,
)


def swarm_at(pose, wanted=None):
    robots = len(pose)
    speed, spent, mean = np.zeros((3, robots, 3))
    wanted = np.zeros((robots, 3)) if wanted is None else wanted
    near, ahead, pose = np.zeros(robots, dtype=np.bool_), np.zeros((robots, 2)), np.array(pose)
    face(pose, ahead)
    return Swarm(pose, speed, wanted, spent, mean, near, ahead)


def stepped(swarm, room=20, touch=True):
    """Take one step and return the number of rows."""
    robots = len(swarm.pose)
    cells, rows = make_cells(robots, 0.06), make_rows(room)
    slopes, nothing = np.empty((room, 2, 3)), np.empty((0, 7))
    return take_step(swarm, cells, rows, slopes, make_memory(robots), DRIVE, touch, nothing)


def integrated(pose, left, right):
    """Return where the disc's centre ends, by integrating the axle's middle and the heading."""
    forward, turn = 0.5 * (left + right), (right - left) / DRIVE.track
    x, y, heading = pose
    axle = [x - DRIVE.offset * np.cos(heading), y - DRIVE.offset * np.sin(heading), heading]

    def rates(_, state):
        return [forward * np.cos(state[2]), forward * np.sin(state[2]), turn]

    end = solve_ivp(rates, (0.0, DRIVE.step), axle, rtol=1e-11, atol=1e-13).y[:, -1]
    x, y, heading = end
    return [x + DRIVE.offset * np.cos(heading), y + DRIVE.offset * np.sin(heading), heading]


@pytest.mark.parametrize(
    ("left", "right"), [(0.2, 0.2), (-0.1, 0.2), (0.2, -0.2), (0.1, 0.1 + 1e-9), (0.0, 0.15)]
)
def test_robots_roll_along_the_arcs_of_their_rims(left, right):
    pose = np.array([[0.3, -0.2, 0.7]])
    expected = integrated(pose[0], left, right)
    ahead = np.empty((1, 2))
    face(pose, ahead)
    np.testing.assert_allclose(ahead, [[np.cos(0.7), np.sin(0.7)]])
    roll(pose, ahead, np.array([[left, right, 0.0]]), DRIVE)
    np.testing.assert_allclose(pose[0], expected, atol=1e-11)


def test_headings_stay_within_half_a_turn():
    pose, ahead = np.array([[0.0, 0.0, 3.1], [0.0, 0.0, -3.1]]), np.empty((2, 2))
    face(pose, ahead)
    roll(pose, ahead, np.array([[-0.1, 0.1, 0.0], [0.1, -0.1, 0.0]]), DRIVE)
    turned = 0.2 / DRIVE.track * DRIVE.step
    np.testing.assert_allclose(pose[:, 2], [3.1 + turned - 2 * np.pi, 2 * np.pi - 3.1 - turned])
    np.testing.assert_array_equal(ahead, np.column_stack([np.cos(pose[:, 2]), np.sin(pose[:, 2])]))


def test_slip_carries_the_axle_sideways():
    pose, ahead = np.array([[0.1, 0.1, 0.0]]), np.array([[1.0, 0.0]])
    roll(pose, ahead, np.array([[0.0, 0.0, 0.06]]), DRIVE)
    np.testing.assert_allclose(pose, [[0.1, 0.1 + 0.06 * DRIVE.lightness * DRIVE.step, 0.0]])


def test_a_motor_that_reaches_its_speed_drives_a_ramp_and_then_holds_it():
    swarm = swarm_at([[0.0, 0.0, 0.0]], np.array([[0.02, 0.02, 0.0]]))
    assert stepped(swarm) == 0
    np.testing.assert_allclose(swarm.speed, [[0.02, 0.02, 0.0]])
    # The ramp takes the share 0.02 / gain of the step.
    way = 0.02 * (1.0 - 0.5 * 0.02 / DRIVE.gain) * DRIVE.step
    np.testing.assert_allclose(swarm.pose, [[way, 0.0, 0.0]])


def test_without_room_for_the_rows_nothing_moves():
    swarm = swarm_at(np.zeros((4, 3)), np.full((4, 3), 0.1))
    assert stepped(swarm, room=2) == 6
    np.testing.assert_array_equal(swarm.pose, 0.0)
    np.testing.assert_array_equal(swarm.speed, 0.0)
    assert stepped(swarm, room=6) == 6
    assert swarm.pose.any()


def test_robots_that_do_not_touch_each_other_have_rows_with_walls_alone():
    swarm = swarm_at([[0.0, 0.0, 0.0], [0.01, 0.0, 0.0], [1.0, 0.0, 0.0]])
    assert stepped(swarm, touch=False) == 1
    np.testing.assert_array_equal(swarm.near, False)


def test_centres_stay_in_the_square():
    swarm = swarm_at([[0.999, -0.5, 0.0]], np.array([[0.2, 0.2, 0.0]]))
    for _ in range(30):
        stepped(swarm)
    np.testing.assert_allclose(swarm.pose[0, :2], [1.0, -0.5], atol=1e-6)
    assert swarm.pose[0, 0] <= 1.0
