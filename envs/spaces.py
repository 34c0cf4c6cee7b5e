"""The observation space of the environment."""

import numpy as np
from gymnasium import spaces

from bildsim.envs.dynamics import velocity_bounds
from bildsim.envs.robots.model import RobotModel


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
