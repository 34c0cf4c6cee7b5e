"""Barriers: the condition of every pair and wall."""

import numpy as np
from hypothesis import given, settings

from bildsim.controllers.safety.layer import WALL_RATE
from bildsim.controllers.safety.registry import make_safety
from tests.controllers.safety.helpers import ROBOT, SEEDS, crowd


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_barriers_hold_for_every_pair_and_wall(seed):
    poses, velocities, wanted = crowd(seed)
    barrier = make_safety("cbf", ROBOT)
    found = barrier.filter(poses, velocities, wanted)
    assert not found.infeasible.any()
    u = found.velocity
    for i in range(len(u)):
        for j in range(i):
            way = poses[j, :2] - poses[i, :2]
            h = np.linalg.norm(way) - 2.0 * ROBOT.radius - barrier.margin
            slope = way @ (u[j] - u[i]) / np.linalg.norm(way)
            assert slope >= -barrier.rate * h - 1e-9
    assert (u <= WALL_RATE * (1.0 - poses[:, :2]) + 1e-9).all()
    assert (-u <= WALL_RATE * (1.0 + poses[:, :2]) + 1e-9).all()
