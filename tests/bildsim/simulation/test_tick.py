"""What a tick says of a run: its shapes, what rests at the start, and which target it is of."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import target_by_name
from tests.bildsim.simulation.running import run

SMALL = RunConfig(duration=1.0, rounds=2, swarm=SwarmSettings(robots=10))


@pytest.fixture(scope="module")
def small():
    return run(SMALL)


def test_at_the_start_everything_rests(small):
    first = small[1][0]
    np.testing.assert_array_equal(first.waypoint, first.pose[:, :2])
    assert not first.command.any()
    assert not first.applied.any()
    assert not first.touching_robot.any()
    assert first.contact_pairs == 0


def test_what_a_tick_holds_has_its_shape_and_limits(small):
    simulation, ticks = small
    limit = simulation.env.robot.max_wheel_speed
    for tick in ticks[1:]:
        assert tick.pose.shape == (10, 3)
        assert tick.waypoint.shape == tick.command.shape == tick.applied.shape == (10, 2)
        assert np.abs(tick.waypoint).max() <= 1.0
        assert np.abs(tick.applied).max() <= limit
        assert np.clip(tick.saturated, 0.0, 1.0).tolist() == tick.saturated.tolist()
        unlimited = np.abs(tick.command).max(axis=1) <= limit
        np.testing.assert_array_equal(tick.applied[unlimited], tick.command[unlimited])
        assert tick.theta.shape == (48,)
        assert tick.report.parameters.shape == (10, 48)
        assert tick.network.components == 1


def test_the_kl_is_that_of_theta(small):
    simulation, ticks = small
    family, log_target = simulation.family, simulation.problem.log_target
    for tick in ticks:
        p = family.density(tick.theta)
        kl = float(family.grid.integrate(p * (np.log(p) - log_target)))
        assert tick.kl_fit == pytest.approx(kl, abs=1e-9)


def test_each_tick_is_measured_against_the_target_of_its_time():
    motion = MotionSettings(target_speed=0.2)
    simulation, ticks = run(replace(SMALL, target="moving_gauss", motion=motion))
    course, family = target_by_name("moving_gauss", speed=0.2), simulation.family
    for tick in ticks:
        expected = np.log(course.at(tick.time_s).on_grid(family.grid))
        assert np.log(tick.target.on_grid(family.grid)) == pytest.approx(expected)
        assert tick.kl_fit == pytest.approx(family.kl(tick.theta, expected), abs=1e-9)
