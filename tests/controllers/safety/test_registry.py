"""Collision avoidance by name, in the environment."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.safety.registry import SAFETY_NAMES, make_safety
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.swarm import SwarmEnv
from tests.controllers.safety.helpers import both


@both
def test_the_environment_tells_how_often_it_acted(name):
    env = SwarmEnv(robots=30, start="corner", dynamics="kinematic", safety=name)
    env.reset(seed=0)
    info = env.step(np.full((30, 2), -0.9))[-1]
    assert 0.0 < info["safety_acted"].mean() <= 1.0
    assert (info["safety_infeasible"] <= info["safety_acted"]).all()
    np.testing.assert_allclose(6.0 * info["safety_acted"], np.round(6.0 * info["safety_acted"]))
    env.close()


def test_without_it_nothing_acts():
    env = SwarmEnv(robots=30, start="corner", dynamics="kinematic")
    env.reset(seed=0)
    info = env.step(np.full((30, 2), -0.9))[-1]
    assert not info["safety_acted"].any()
    env.close()


def test_an_unknown_method_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"did you mean cbf.*none, cbf, orca"):
        SwarmEnv(robots=3, dynamics="kinematic", safety="cfb")


@both
def test_points_that_jump_cannot_be_kept_apart(name):
    with pytest.raises(UsageError, match=f"safety='{name}' is not possible with dynamics='ideal'"):
        SwarmEnv(robots=3, dynamics="ideal", safety=name)


@pytest.mark.parametrize("name", SAFETY_NAMES[1:])
def test_the_margin_is_in_metres_whatever_the_unit_of_lengths_is(name):
    robot = RobotModel()
    usual, inside = make_safety(name, robot), make_safety(name, robot.in_arena(4.0), 4.0)
    assert inside.margin == usual.margin / 4.0
    assert usual == make_safety(name, robot, 1.0)
