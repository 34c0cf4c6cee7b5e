"""The bound on overlaps, the default rate that follows from it, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.physics_rate import default_rate, overlap_bound, require_rate
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.model import RADIUS_RANGE, SPEED_RANGE, RobotModel
from bildsim.envs.robots.spawn import spawn


@given(st.floats(*RADIUS_RANGE), st.floats(*SPEED_RANGE))
def test_the_default_is_the_lowest_multiple_of_60_that_is_not_refused(radius, speed):
    robot = RobotModel(radius, speed)
    rate = default_rate(robot)
    assert rate % 60 == 0
    assert overlap_bound(robot, rate) <= 0.1 * radius * (1.0 + 1e-6)
    if rate <= 1000:
        require_rate(robot, rate)
    if rate > 60:
        with pytest.raises(UsageError, match=f"a tenth of the radius; use {rate} Hz or more"):
            require_rate(robot, rate - 60)


@pytest.mark.parametrize(
    ("radius", "rate"),
    [(0.0025, 180), (0.005, 180), (0.008, 120), (0.012, 120), (0.015, 60), (0.025, 60)],
)
def test_small_robots_need_more_steps(radius, rate):
    assert default_rate(make_model("bullet", radius)) == rate


def test_a_bound_met_exactly_is_met():
    # 0.4 of 3 mm is a tenth of 12 mm.
    assert default_rate(RobotModel(0.012, 0.18)) == 60


@pytest.mark.parametrize("rate", [0, 59, 1001])
def test_a_rate_out_of_range_is_refused(rate):
    with pytest.raises(UsageError, match=rf"physics_rate={rate} .*60 to 1000 Hz"):
        require_rate(RobotModel(), rate)


@pytest.mark.slow
@pytest.mark.parametrize("radius", [0.025, 0.015])
def test_robots_that_jam_keep_within_the_bound(radius):
    robot = RobotModel(radius)
    poses = spawn("uniform", 150, radius, np.random.default_rng(0))
    goals = np.full((150, 2), 0.2)
    overlap = 0.0
    with Arena(robot, poses) as arena:
        for _ in range(6 * 60):
            command = track_waypoints(arena.poses(), goals, robot)
            arena.set_wheel_speeds(desaturate(command, robot.max_wheel_speed))
            arena.step()
            overlap = max(overlap, arena.contacts().max_overlap)
    assert 0.0 < overlap <= overlap_bound(robot, 60)
