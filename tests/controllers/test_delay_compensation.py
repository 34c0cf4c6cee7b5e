"""What delay a gain bears, against the loop itself, and what is said before a run."""

import numpy as np
import pytest

from bildsim.controllers.delay_compensation import borne_delay, tracking
from bildsim.controllers.tracking import track_waypoints
from bildsim.envs.localisation.odometry import rolled
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
STEP = 0.02


def swing(gain, delay_s, parts=50):
    """Return how much the heading still swings after thirty delays, behind a waypoint ahead."""
    pose, late = np.array([[0.0, 0.0, 0.3]]), [np.zeros((1, 2))] * parts
    aside = []
    for _ in range(40 * parts):
        waypoint = np.array([[pose[0, 0] + STEP, 0.0]])
        late.append(track_waypoints(pose, waypoint, ROBOT, gain))
        pose = rolled(pose, late.pop(0), ROBOT, delay_s / parts)
        aside.append(abs(pose[0, 2]))
    return max(aside[-10 * parts :])


@pytest.mark.parametrize("gain", [0.8, 2.0, 6.0])
def test_a_gain_bears_its_delay_and_not_thrice_as_much(gain):
    borne = borne_delay(gain, ROBOT, STEP)
    assert swing(gain, borne) < 0.01
    # Twice as much is where the linear loop begins to swing for good.
    assert swing(gain, 3.0 * borne) > 0.3


def test_near_waypoints_only_the_distance_counts():
    assert borne_delay(2.0, ROBOT, 0.1 * ROBOT.axle_offset) == pytest.approx(np.pi / 8.0)


def test_the_gain_is_lowered_to_what_the_delay_allows_and_no_further():
    asked = tracking(12.0, 0.2, "gain", ROBOT, STEP)
    assert asked.gain < 12.0
    assert asked.borne_s == pytest.approx(0.2)
    assert tracking(0.1, 0.2, "gain", ROBOT, STEP).gain == 0.1
    assert tracking(12.0, 0.0, "gain", ROBOT, STEP).gain == 12.0


@pytest.mark.parametrize("compensation", ["none", "predict"])
def test_other_ways_obey_the_gain(compensation):
    asked = tracking(12.0, 0.2, compensation, ROBOT, STEP)
    assert asked.gain == 12.0
    assert asked.borne_s == borne_delay(12.0, ROBOT, STEP)


def test_robots_predict_where_there_is_a_delay():
    assert tracking(12.0, 0.2, "predict", ROBOT, STEP).predicts
    assert not tracking(12.0, 0.0, "predict", ROBOT, STEP).predicts
    assert not tracking(12.0, 0.2, "gain", ROBOT, STEP).predicts


@pytest.mark.parametrize(
    ("compensation", "delay_s", "words"),
    [
        ("predict", 0.2, "late by 0.2 s, a gain of 12/s bears 0.022 s: robots act on the poses"),
        ("none", 0.2, "late by 0.2 s, a gain of 12/s bears 0.022 s: they may weave"),
        ("none", 1 / 60, "late by 0.017 s, a gain of 12/s bears 0.022 s"),
        ("gain", 0.2, "late by 0.2 s: the gain is 1.31/s, which bears 0.2 s"),
    ],
)
def test_what_is_said_before_the_run(compensation, delay_s, words):
    assert words in tracking(12.0, delay_s, compensation, ROBOT, STEP).advice


@pytest.mark.parametrize("compensation", ["none", "gain", "predict"])
def test_nothing_is_said_where_nothing_is_late(compensation):
    assert tracking(12.0, 0.0, compensation, ROBOT, STEP).advice == ""
