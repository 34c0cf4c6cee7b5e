"""Odometry: exact where wheels tell the truth, and as wrong as its errors say where not."""

import numpy as np
import pytest

from bildsim.envs.localisation.errors import LocalisationErrors
from bildsim.envs.localisation.odometry import Odometry, inside, moved, rolled, wrapped
from tests.envs.localisation.helpers import ROBOT, poses, turned


def odometry(count, seed=1, **errors):
    return Odometry(LocalisationErrors(**errors), ROBOT, count, np.random.default_rng(seed))


def follow(count, wheels, updates, seed=1, **errors):
    """Return where robots take themselves to be that stood at 0 and whose wheels turned evenly."""
    made, found = odometry(count, seed, **errors), np.zeros((count, 3))
    made._wheels = wheels
    for _ in range(updates):
        found = moved(found, made.motion(wheels, 1 / 60), ROBOT)
    return found


def test_it_is_exact_where_wheels_turn_evenly():
    count, rng = 30, np.random.default_rng(2)
    true = poses(count)
    wheels = rng.uniform(-15, 15, (count, 2))
    wheels[0] = 12.0
    # A plain integration of the axle's middle in ten thousand small steps.
    rims = ROBOT.wheel_radius * wheels
    forward, turn = rims.mean(axis=1), (rims[:, 1] - rims[:, 0]) / ROBOT.track_width
    heading, offset = true[:, 2].copy(), ROBOT.axle_offset
    axle = true[:, :2] - offset * np.column_stack([np.cos(heading), np.sin(heading)])
    step = 0.2 / 10_000
    for _ in range(10_000):
        middle = heading + 0.5 * turn * step
        axle += (forward * step)[:, None] * np.column_stack([np.cos(middle), np.sin(middle)])
        heading += turn * step
    ahead = np.column_stack([np.cos(heading), np.sin(heading)])
    found = rolled(true, wheels, ROBOT, 0.2)
    np.testing.assert_allclose(found[:, :2], axle + offset * ahead, atol=1e-9)
    np.testing.assert_allclose(np.cos(found[:, 2] - heading), 1.0, atol=1e-9)


def test_it_agrees_with_a_literal_transcription_of_all_its_errors():
    errors = {
        "wheel_radius_error": 0.03,
        "wheel_separation_error": 0.05,
        "wheel_slip": 0.1,
        "wheel_noise": 0.01,
        "heading_drift": 0.02,
    }
    count, updates, second = 7, 40, 1.0 / 60.0
    path = np.random.default_rng(3).uniform(-10, 10, (updates, count, 2))
    made, found = odometry(count, **errors), np.zeros((count, 3))
    for wheels in path:
        found = moved(found, made.motion(wheels, second), ROBOT)
    rng = np.random.default_rng(1)
    radii = ROBOT.wheel_radius * (1 + 0.03 * rng.standard_normal((count, 2)))
    track = ROBOT.track_width * (1 + 0.05 * rng.standard_normal(count))
    expected, before = np.zeros((count, 3)), np.zeros((count, 2))
    for wheels in path:
        slip, noise = rng.uniform(0, 2, (count, 2)), rng.standard_normal((count, 2))
        drift = rng.standard_normal(count)
        for robot in range(count):
            way = [0.0, 0.0]
            for side in (0, 1):
                mean = (before[robot, side] + wheels[robot, side]) / 2
                counted = radii[robot, side] * mean * second * (1 + 0.1 * slip[robot, side])
                exact = abs(ROBOT.wheel_radius * mean * second)
                way[side] = counted + 0.01 * np.sqrt(exact) * noise[robot, side]
            turn = (way[1] - way[0]) / track[robot]
            chord = (way[0] + way[1]) / 2
            chord *= np.sin(turn / 2) / (turn / 2)
            turn += 0.02 * np.sqrt(second) * drift[robot]
            x, y, heading = expected[robot]
            offset = ROBOT.axle_offset
            x += chord * np.cos(heading + turn / 2)
            y += chord * np.sin(heading + turn / 2)
            x += offset * (np.cos(heading + turn) - np.cos(heading))
            y += offset * (np.sin(heading + turn) - np.sin(heading))
            expected[robot] = x, y, heading + turn
        before = wheels
    np.testing.assert_allclose(found[:, :2], expected[:, :2], atol=1e-12)
    np.testing.assert_allclose(turned(found[:, 2] - expected[:, 2]), 0.0, atol=1e-12)


def test_the_heading_drifts_with_the_root_of_the_time():
    still = np.zeros((3000, 2))
    for seconds in (1, 4):
        headings = follow(3000, still, 60 * seconds, heading_drift=0.05)[:, 2]
        assert headings.std() == pytest.approx(0.05 * np.sqrt(seconds), rel=0.05)


def test_unequal_wheels_bend_the_way():
    wheels = np.full((3000, 2), 0.1 / ROBOT.wheel_radius)
    headings = follow(3000, wheels, 60, wheel_radius_error=0.01)[:, 2]
    expected = 0.1 * 0.01 * np.sqrt(2) / ROBOT.track_width
    assert headings.std() == pytest.approx(expected, rel=0.05)
    assert np.abs(headings.mean()) < 0.1 * expected


def test_another_distance_between_wheels_changes_turns_alone():
    straight = np.full((500, 2), 0.1 / ROBOT.wheel_radius)
    assert not follow(500, straight, 30, wheel_separation_error=0.05)[:, 2].any()
    round_ = straight * [-1.0, 1.0]
    headings = follow(500, round_, 30, wheel_separation_error=0.05)[:, 2]
    exact = follow(1, round_[:1], 30)[0, 2]
    assert np.std(exact / headings) == pytest.approx(0.05, rel=0.15)


def test_slip_makes_ways_longer_by_its_mean():
    wheels = np.full((500, 2), 0.1 / ROBOT.wheel_radius)
    way = np.linalg.norm(follow(500, wheels, 60, wheel_slip=0.05)[:, :2], axis=1)
    assert way.mean() == pytest.approx(0.1 * 1.05, rel=2e-3)


def test_counting_errors_grow_with_the_root_of_the_way():
    for metres in (0.1, 0.4):
        wheels = np.full((3000, 2), 0.1 / ROBOT.wheel_radius)
        updates = round(60 * metres / 0.1)
        headings = follow(3000, wheels, updates, wheel_noise=0.001)[:, 2]
        expected = 0.001 * np.sqrt(2 * metres) / ROBOT.track_width
        assert headings.std() == pytest.approx(expected, rel=0.05)


def test_positions_are_held_inside_and_angles_wrapped():
    assert (inside(np.array([[1.5, -2.0, 9.0]])) == [[1.0, -1.0, 9.0]]).all()
    np.testing.assert_allclose(wrapped(np.array([3.5, -3.5])), [3.5 - 2 * np.pi, 2 * np.pi - 3.5])


def test_counting_errors_are_of_metres_whatever_the_unit_of_lengths_is():
    errors, found = LocalisationErrors(wheel_noise=0.01), []
    for robot in (ROBOT, ROBOT.in_arena(4.0)):
        made = Odometry(errors, robot, 50, np.random.default_rng(1))
        wheels = np.full((50, 2), 0.1 / ROBOT.wheel_radius)
        found.append([made.motion(wheels, 1 / 60) for _ in range(5)][-1])
    np.testing.assert_allclose(4.0 * found[1].chord, found[0].chord, rtol=1e-12)
    np.testing.assert_allclose(found[1].turn, found[0].turn, rtol=1e-9, atol=1e-12)
