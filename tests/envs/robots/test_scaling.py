"""Robots shrink as they become more, and with them their top speed where they would weave."""

import math

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bildsim  # noqa: F401  (registers the environment)
from bildsim.basics.errors import UsageError
from bildsim.envs.dynamics import make_model, settled_size
from bildsim.envs.robots.model import RADIUS_RANGE, RobotModel
from bildsim.envs.robots.scaling import fastest_without_weaving, radius_for
from bildsim.envs.robots.spawn import capacity


@given(st.integers(100, 15_000))
def test_more_robots_cover_the_same_share_of_the_arena(robots):
    covered = robots * radius_for(robots, RADIUS_RANGE) ** 2
    assert covered == pytest.approx(100 * 0.025**2, rel=1e-12)


@given(st.integers(1, 100))
def test_up_to_a_hundred_robots_keep_their_size_and_speed(robots):
    for dynamics in ("ideal", "kinematic", "bullet"):
        assert settled_size(dynamics, robots, None, None) == (0.025, 0.2)


@given(st.integers(1, 200_000), st.sampled_from(["ideal", "kinematic", "bullet"]))
def test_every_number_is_one_that_the_dynamics_can_move(robots, dynamics):
    robot = make_model(dynamics, robots=robots)
    assert RADIUS_RANGE[0] <= robot.radius <= 0.025
    assert capacity(robot.radius) >= robots


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_thousand_robots_are_small(dynamics):
    assert settled_size(dynamics, 1_000, None, None)[0] == pytest.approx(0.0079057, rel=1e-4)


def test_only_wheeled_robots_that_would_weave_are_slower():
    radius, speed = settled_size("kinematic", 10_000, None, None)
    assert (radius, speed) == pytest.approx((0.0025, 0.08))
    assert settled_size("ideal", 10_000, None, None) == pytest.approx((0.0025, 0.2))
    assert settled_size("kinematic", 100, 0.005, None) == pytest.approx((0.005, 0.16))
    with pytest.raises(UsageError, match=r"would weave; .* at most 0\.08 m/s"):
        make_model("kinematic", None, 0.081, robots=10_000)


def test_what_is_given_is_kept():
    assert settled_size("kinematic", 5_000, 0.003, 0.05) == (0.003, 0.05)
    assert settled_size("ideal", 5_000, None, math.inf)[1] == math.inf


@pytest.mark.parametrize("radius", [0.002, 0.0053, 0.025, 0.06])
def test_at_the_limit_an_update_covers_twice_the_axle_offset(radius):
    robot = RobotModel(radius)
    assert fastest_without_weaving(radius) / 60.0 == pytest.approx(2.0 * robot.axle_offset)


@pytest.mark.parametrize(("robots", "radius"), [(2, 0.025), (400, 0.0125)])
def test_an_environment_takes_any_number_of_robots(robots, radius):
    env = gymnasium.make("bildsim/Swarm-v0", robots=robots, dynamics="kinematic", order=2)
    seen, _ = env.reset(seed=0)
    assert env.unwrapped.robot.radius == radius
    stay = np.clip(seen["pose"][:, :2], -1.0, 1.0)
    _, _, _, _, info = env.step(stay)
    assert info["contact_pairs"] == 0
    env.close()


@given(st.integers(1, 15_000), st.floats(0.5, 20.0))
def test_the_share_is_of_the_arena_that_there_is(robots, unit_m):
    """They are no larger than the usual ones, and cover no larger a share of their own arena."""
    radius = radius_for(robots, RADIUS_RANGE, unit_m)
    assert RADIUS_RANGE[0] <= radius <= 0.025
    if radius > RADIUS_RANGE[0]:
        share = robots * (radius / unit_m) ** 2
        assert share <= 100 * 0.025**2 * (1.0 + 1e-12)
