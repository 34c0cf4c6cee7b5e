"""Many swarms with their fits, below Gymnasium's conventions."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn
from bildsim.envs.task import DensityTask
from bildsim.envs.vector.batch import SwarmBatch
from bildsim.targets.target import named_target

ROBOT = RobotModel()


@pytest.fixture
def batch():
    """Three swarms of twelve robots, placed and measured."""
    task = DensityTask(named_target("ring"), LegendreFamily(3, 0.1), 1e-3)
    made = SwarmBatch(3, 12, ROBOT, task, gain=12.0, physics_rate=60, contacts=True)
    for swarm in range(3):
        made.place(swarm, spawn("uniform", 12, ROBOT.radius, np.random.default_rng(swarm)), task)
    made.measure(range(3))
    return made


def test_fits_are_those_of_a_task(batch):
    task = DensityTask(named_target("ring"), LegendreFamily(3, 0.1), 1e-3)
    for swarm in range(3):
        task.begin()
        statistics = task.measure(batch.pose[swarm, :, :2])
        np.testing.assert_array_equal(batch.statistics[swarm], statistics)
        np.testing.assert_array_equal(batch.fits.theta[swarm], task.theta)
        assert batch.fits.kl[swarm] == task.kl


def test_swarms_that_do_not_step_stay_and_are_fitted(batch):
    poses, kl = batch.pose.copy(), batch.fits.kl.copy()
    outcome = batch.step(np.zeros((3, 12, 2)), np.array([True, False, True]))
    np.testing.assert_array_equal(batch.pose[1], poses[1])
    assert batch.fits.kl[1] == kl[1]
    assert not outcome.applied[1].any()
    assert (batch.pose[[0, 2]] != poses[[0, 2]]).any()
    assert batch.time_s.tolist() == [0.1, 0.0, 0.1]


def test_a_pose_that_is_not_finite_stops_with_swarm_and_robot(batch):
    batch.pose[2, 5, 2] = np.nan
    with pytest.raises(RunError, match=r"robot 5 of swarm 2 .*not finite"):
        batch.step(np.zeros((3, 12, 2)), np.ones(3, dtype=bool))


def test_swarms_with_targets_of_their_own_are_fitted_against_them(batch):
    family = LegendreFamily(3, 0.1)
    tasks = [DensityTask(named_target(name), family, 1e-3) for name in ("ring", "gmm3", "ring")]
    for swarm, task in enumerate(tasks):
        batch.place(swarm, batch.pose[swarm].copy(), task)
        task.measure(batch.pose[swarm, :, :2])
    batch.measure([0, 1, 2])
    assert batch.fits.kl.tolist() == [task.kl for task in tasks]
    batch.step(np.zeros((3, 12, 2)), np.ones(3, dtype=bool))
    for swarm, task in enumerate(tasks):
        task.measure(batch.pose[swarm, :, :2])
        np.testing.assert_allclose(batch.fits.kl[swarm], task.kl, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(batch.target_statistics[swarm], task.target_statistics)
