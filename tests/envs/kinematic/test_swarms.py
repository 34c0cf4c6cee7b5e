"""Arrays of many swarms: none knows of the others."""

import numpy as np

from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.kinematic.swarms import Swarms, one_swarm
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn

ROBOT = RobotModel()


def placed(swarms=3, robots=20, start="centre"):
    """Return swarms and the poses where they stand."""
    many = Swarms(swarms, robots, ROBOT, 60, True)
    poses = [
        spawn(start, robots, ROBOT.radius, np.random.default_rng(seed)) for seed in range(swarms)
    ]
    for swarm, at in enumerate(poses):
        many.place(swarm, at)
    return many, poses


def ticked(many, goals, ticks=5):
    law = many.law(12.0)
    for _ in range(ticks):
        outcome = many.outcome()
        many.tick(0, len(goals), law, goals, outcome)
        many.finish(law, goals, outcome)
    return outcome


def test_each_swarm_moves_as_one_alone():
    many, poses = placed()
    goals = np.random.default_rng(9).uniform(-0.3, 0.3, (3, 20, 2))
    outcome = ticked(many, goals)
    for swarm, at in enumerate(poses):
        alone = KinematicArena(ROBOT, at)
        for _ in range(5):
            alone.tick(goals[swarm], alone.law(12.0))
        np.testing.assert_array_equal(alone.poses(), many.batch.swarm.pose[swarm])
        np.testing.assert_array_equal(alone.velocities(), many.velocities()[swarm])
        assert alone.touching().pairs == outcome.pairs[swarm]
    assert many.batch.steps.tolist() == [30, 30, 30]


def test_a_swarm_put_elsewhere_forgets_and_leaves_the_others_alone():
    many, poses = placed()
    goals = np.zeros((3, 20, 2))
    ticked(many, goals)
    others = many.batch.swarm.pose[[0, 2]].copy()
    many.place(1, poses[1])
    np.testing.assert_array_equal(many.batch.swarm.pose[[0, 2]], others)
    ticked(many, goals)
    fresh, _ = placed()
    ticked(fresh, goals)
    np.testing.assert_array_equal(many.batch.swarm.pose[1], fresh.batch.swarm.pose[1])
    np.testing.assert_array_equal(many.batch.memory.impulse[1], fresh.batch.memory.impulse[1])


def test_more_room_keeps_what_is_there():
    many, _ = placed()
    ticked(many, np.zeros((3, 20, 2)))
    before = [part.copy() for part in many.batch.rows]
    room = many.room
    many.make_room(room - 1)
    assert many.room == room
    many.make_room(room + 7)
    assert many.room == room + 7
    for part, kept in zip(many.batch.rows, before, strict=True):
        np.testing.assert_array_equal(part[:, :room], kept)


def test_one_swarm_is_a_view():
    many, _ = placed()
    one = one_swarm(many.batch, 2)
    one.swarm.pose[:] = 0.5
    one.steps[0] = 9
    assert (many.batch.swarm.pose[2] == 0.5).all()
    assert many.batch.steps.tolist() == [0, 0, 9]
    assert one.cells.per_side == many.batch.cells.per_side
