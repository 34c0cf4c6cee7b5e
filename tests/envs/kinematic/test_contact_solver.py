"""The contact solver: slopes against velocities, impulses against their conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.envs.kinematic.collision_detection import WALLS, make_rows
from bildsim.envs.kinematic.contact_solver import (
    SLIP,
    Drive,
    fill_slopes,
    hold_speeds,
    mark,
    part_overlaps,
    push,
    sweep,
)

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


def contacts(*pairs):
    """Return rows of (first, second, direction in rad, gap)."""
    rows = make_rows(len(pairs))
    for k, (first, second, angle, gap) in enumerate(pairs):
        rows.first[k], rows.second[k], rows.gap[k] = first, second, gap
        rows.normal[k] = np.cos(angle), np.sin(angle)
    return rows


def slopes_of(rows, heading):
    ahead = np.column_stack([np.cos(heading), np.sin(heading)])
    slopes = np.empty((len(rows.gap), 2, 3))
    fill_slopes(len(rows.gap), rows, ahead, DRIVE, slopes)
    return slopes


def velocity(heading, speed):
    """Return the velocity of the discs' centres, (N, 2), as the kinematics has it."""
    left, right, slip = speed.T
    forward, turn = 0.5 * (left + right), (right - left) / DRIVE.track
    aside = DRIVE.offset * turn + DRIVE.lightness * slip
    cosine, sine = np.cos(heading), np.sin(heading)
    return np.column_stack([forward * cosine - aside * sine, forward * sine + aside * cosine])


def closing(rows, slopes, speed):
    other = np.maximum(rows.second, 0)
    return np.einsum("kp,kp->k", slopes[:, 0], speed[rows.first]) + np.einsum(
        "kp,kp->k", slopes[:, 1], speed[other]
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_slopes_are_how_fast_the_gap_closes(seed):
    rng = np.random.default_rng(seed)
    heading, speed = rng.uniform(-np.pi, np.pi, 3), rng.normal(0.0, 0.2, (3, 3))
    rows = contacts((0, 1, rng.uniform(-4, 4), 0.0), (2, WALLS, 0.0, 0.0))
    slopes = slopes_of(rows, heading)
    moves = velocity(heading, speed)
    expected = [rows.normal[0] @ (moves[0] - moves[1]), rows.normal[1] @ moves[2]]
    np.testing.assert_allclose(closing(rows, slopes, speed), expected, atol=1e-14)


def chain(seed=0):
    """A row of four robots pressed against the right wall, driving at each other."""
    rng = np.random.default_rng(seed)
    rows = contacts((0, 1, 0.1, 0.0), (1, 2, -0.2, 1e-4), (2, 3, 0.0, -2e-4), (3, WALLS, 0.0, 0.0))
    return rows, slopes_of(rows, rng.uniform(-np.pi, np.pi, 4)), rng.normal(0.1, 0.2, (4, 3))


@pytest.mark.parametrize("seed", range(5))
def test_impulses_push_only_and_only_where_a_gap_would_be_overrun(seed):
    rows, slopes, speed = chain(seed)
    for k in range(2000):
        sweep(4, k % 2 == 1, rows, slopes, speed, DRIVE)
    # The overlap of 0.2 mm is less than what is tolerated.
    room = np.maximum(rows.gap, 0.0) / DRIVE.step - closing(rows, slopes, speed)
    assert rows.impulse.min() >= 0.0
    assert room.min() >= -1e-9
    np.testing.assert_allclose(room * rows.impulse, 0.0, atol=1e-9)


def test_a_deep_overlap_has_to_open():
    rows = contacts((0, 1, 0.0, -0.01))
    slopes, speed = slopes_of(rows, np.zeros(2)), np.zeros((2, 3))
    sweep(1, False, rows, slopes, speed, DRIVE)
    # A tenth of what exceeds two per cent of the radius, in one step.
    expected = -0.1 * (0.01 - 0.02 * DRIVE.radius) / DRIVE.step
    assert closing(rows, slopes, speed)[0] == pytest.approx(expected)


def test_pushing_again_with_the_impulses_found_gives_the_speeds_found():
    rows, slopes, speed = chain()
    before = speed.copy()
    for _ in range(50):
        sweep(4, False, rows, slopes, speed, DRIVE)
    push(4, rows, slopes, before)
    np.testing.assert_allclose(before, speed, atol=1e-13)


def test_motors_and_floor_yield_at_their_limits():
    speed = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.2], [0.0, 0.0, 0.0]])
    wanted = np.array([[0.02, -0.3, 0.0], [0.0, 0.01, 0.0], [1.0, 1.0, 1.0]])
    spent = np.zeros((3, 3))
    hold_speeds(speed, wanted, DRIVE, spent, np.array([True, True, False]))
    np.testing.assert_allclose(speed[0], [0.02, -DRIVE.gain, 0.0])
    np.testing.assert_allclose(speed[1], [0.0, 0.01, 0.2 - DRIVE.grip])
    np.testing.assert_array_equal(speed[2], 0.0)
    np.testing.assert_allclose(spent[:, SLIP], [0.0, -DRIVE.grip, 0.0])
    again = speed.copy()
    hold_speeds(again, wanted, DRIVE, spent, np.array([True, True, False]))
    np.testing.assert_allclose(again, speed, err_msg="what is spent is spent for this step")


def test_marks_name_who_has_a_row_or_is_pushed():
    rows, who = contacts((0, 2, 0.0, 0.0), (3, WALLS - 2, 0.0, 0.0)), np.ones(5, dtype=bool)
    mark(2, rows, False, who)
    assert np.flatnonzero(who).tolist() == [0, 2, 3]
    rows.impulse[1] = 0.1
    mark(2, rows, True, who)
    assert np.flatnonzero(who).tolist() == [3]


@pytest.mark.parametrize("distance", [0.0, 0.01, 0.049])
def test_overlapping_discs_part_to_touch_about_their_middle(distance):
    pose = np.array([[0.1, 0.2, 0.3], [0.1 + distance, 0.2, -0.3]])
    middle = pose[:, :2].mean(axis=0)
    part_overlaps(1, contacts((0, 1, 0.0, distance - 0.05)), pose, 0.025)
    assert np.linalg.norm(pose[1, :2] - pose[0, :2]) == pytest.approx(0.05)
    np.testing.assert_allclose(pose[:, :2].mean(axis=0), middle)
    np.testing.assert_array_equal(pose[:, 2], [0.3, -0.3])


def test_discs_that_do_not_overlap_stay_where_they_are():
    pose = np.array([[0.0, 0.0, 0.0], [0.051, 0.0, 0.0], [0.99, 0.0, 0.0]])
    before = pose.copy()
    part_overlaps(2, contacts((0, 1, 0.0, 0.001), (2, WALLS, 0.0, 0.01)), pose, 0.025)
    np.testing.assert_array_equal(pose, before)
