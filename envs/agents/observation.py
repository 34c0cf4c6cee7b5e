"""What agents are shown of a swarm, the space of it, and what infos say."""

from typing import Any

import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats
from bildsim.envs.dynamics import velocity_bounds
from bildsim.envs.physics import SwarmPhysics
from bildsim.envs.robots.contacts import Touching
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.task import DensityTask


def observation_space(
    robot: RobotModel, robots: int, dynamics: str, statistics: int
) -> spaces.Dict:
    """Return the space of observations; see `bildsim.envs.swarm.SwarmEnv`.

    Args:
        robot: the model of every robot.
        robots: number N of robots.
        dynamics: name of the dynamics.
        statistics: number m of statistics.
    """
    # A centre is pressed out of the square by micrometres at most; a radius is far more.
    place = 1.0 + robot.radius
    means = spaces.Box(-1.0, 1.0, (statistics,), np.float64)
    return spaces.Dict(
        {
            "pose": _rows_box([place, place, np.pi], robots),
            "velocity": _rows_box(velocity_bounds(dynamics, robot), robots),
            "swarm_statistics": means,
            "target_statistics": means,
        }
    )


def _rows_box(bounds: list[float], rows: int) -> spaces.Box:
    high = np.tile(np.array(bounds), (rows, 1))
    return spaces.Box(-high, high, dtype=np.float64)


def observation(
    task: DensityTask, physics: SwarmPhysics, statistics: Floats | None = None
) -> dict[str, Floats]:
    """Return the observation of this moment.

    Args:
        task: whose targets are shown.
        physics: the swarm.
        statistics: (m,) those of the measured positions, where they are known already.
    """
    measured = physics.measured
    if statistics is None:
        statistics = task.statistics(physics.places(measured))
    return {
        "pose": measured.copy(),
        "velocity": physics.arena.velocities(),
        "swarm_statistics": statistics,
        "target_statistics": task.target_statistics.copy(),
    }


def fit_info(task: DensityTask, physics: SwarmPhysics) -> dict[str, Any]:
    """Return the infos that there are at any moment."""
    return {
        "kl_fit": task.kl,
        "theta": task.theta.copy(),
        "time_s": physics.arena.time,
        "pose": physics.pose.copy(),
        "active": physics.active.copy(),
    }


def contact_info(touched: Touching) -> dict[str, Any]:
    """Return the infos about contacts at a tick's end."""
    return {
        "touching_robot": touched.robot,
        "touching_wall": touched.wall,
        "contact_pairs": touched.pairs,
        "overlap_m": touched.overlap,
    }
