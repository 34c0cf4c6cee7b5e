"""The statistics of many swarms against those of one."""

import numpy as np
import pytest

from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.task import DensityTask
from bildsim.envs.vector.measuring import means_pass
from bildsim.targets.target import named_target


def means_of(pose, family, first=0, last=None):
    swarms, robots, _ = pose.shape
    means = np.zeros((swarms, family.size))
    points, phi = np.empty((swarms * robots, 2)), np.empty((swarms * robots, family.size))
    last = swarms if last is None else last
    return means_pass(first, last, pose, points, phi, means), means


@pytest.mark.parametrize(("robots", "order"), [(1, 1), (7, 3), (10, 6), (33, 6)])
def test_means_are_those_of_a_task_to_the_bit(robots, order):
    family = LegendreFamily(order, 0.1)
    task = DensityTask(named_target("ring"), family, 1e-3)
    # Some a little outside, where contacts may push them.
    pose = np.random.default_rng(0).uniform(-1.01, 1.01, (5, robots, 3))
    finite, means = means_of(pose, family, 1, 4)
    assert finite
    for swarm in (1, 2, 3):
        np.testing.assert_array_equal(means[swarm], task.statistics(pose[swarm, :, :2]))
    assert not means[[0, 4]].any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_said(value):
    pose = np.zeros((3, 4, 3))
    pose[1, 2, 2] = value
    finite, means = means_of(pose, LegendreFamily(2, 0.1))
    assert not finite
    assert not means.any()
