"""Reciprocal avoidance: the rim of velocity obstacles, and pairs that obey."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings

from bildsim.controllers.safety.orca import Orca
from tests.controllers.safety.helpers import ROBOT, SEEDS, circle, swap


def test_orca_finds_its_way_where_places_are_a_little_off():
    poses = circle(20) + np.random.default_rng(0).normal(0.0, (0.01, 0.01, 0.5), (20, 3))
    gap, _, touches, left = swap(poses, "orca", 20)
    assert (touches, gap > 0.0) == (0, True)
    assert left.max() < 1e-3
    assert swap(poses, "none", 20)[3].min() > 0.1


def closest(way, relative, horizon):
    """Return the least distance within the horizon of two that keep their velocities."""
    time = np.clip(way @ relative / max(relative @ relative, 1e-12), 0.0, horizon)
    return np.linalg.norm(way - time * relative)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_the_rim_of_an_obstacle_is_where_two_just_pass(seed):
    """The change leads to the rim, and none that is shorter leads out of or into the obstacle."""
    rng = np.random.default_rng(seed)
    orca, apart = Orca(ROBOT), 0.054
    way = rng.normal(0.0, 0.15, 2)
    way *= max(1.0, 1.02 * apart / np.linalg.norm(way))
    relative = rng.normal(0.0, 0.3, 2)
    change, outward = (rows[0] for rows in orca._least_change(way[None], relative[None], apart))
    assert np.linalg.norm(outward) == pytest.approx(1.0)
    passing = partial(closest, way, horizon=orca.horizon)
    assert passing(relative + change) == pytest.approx(apart, abs=1e-6)
    inside = passing(relative) < apart
    assert (change @ outward > 0.0) == inside
    for angle in np.linspace(0.0, 2.0 * np.pi, 90):
        shorter = 0.98 * np.linalg.norm(change) * np.array([np.cos(angle), np.sin(angle)])
        assert (passing(relative + shorter) < apart) == inside


def test_orcas_pair_that_obeys_avoids_each_other():
    orca = Orca(ROBOT)
    poses = np.array([[-0.1, 0.0, 0.0], [0.1, 0.005, np.pi]])
    velocities = np.array([[0.2, 0.0], [-0.2, 0.0]])
    way = poses[1, :2] - poses[0, :2]
    apart = 2.0 * ROBOT.radius + orca.margin
    assert closest(way, velocities[0] - velocities[1], orca.horizon) < apart
    u = orca.filter(poses, velocities, velocities).velocity
    assert closest(way, u[0] - u[1], orca.horizon) >= apart - 1e-9
