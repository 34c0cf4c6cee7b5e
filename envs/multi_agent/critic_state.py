"""The whole swarm in one vector, for critics that see everything while agents learn."""

from typing import Any

import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats
from bildsim.envs.agents.observation import Precision
from bildsim.envs.dynamics import velocity_bounds
from bildsim.envs.swarm import SwarmEnv


class CriticState:
    """Makes one vector of all that is true of a swarm.

    One after the other: poses (N, 3), x, y (m) and heading (rad); velocities (N, 3), vx, vy (m/s)
    and yaw rate (rad/s); who is in the swarm (N,), 1 or 0; the mean of phi over the robots in the
    swarm, (m,); the same under p*, (m,). Poses are the true ones, also where robots mistake theirs.

    Attributes:
        space: of the vectors, of length 7 N + 2 m.

    Args:
        swarm: the environment.
        dtype: NumPy's type of the vectors.
    """

    def __init__(self, swarm: SwarmEnv, dtype: Precision) -> None:
        self._swarm, self._dtype = swarm, np.dtype(dtype)
        # A centre is pressed out of the square by micrometres at most; a radius is far more.
        place = 1.0 + swarm.robot.radius
        robots, means = swarm.robots, np.ones(2 * swarm.family.size)
        poses = np.tile([place, place, np.pi], robots)
        velocities = np.tile(velocity_bounds(swarm.usual.settings.dynamics, swarm.robot), robots)
        high = np.concatenate([poses, velocities, np.ones(robots), means]).astype(self._dtype)
        low = -high
        low[6 * robots : 7 * robots] = 0.0
        self.space = spaces.Box(low, high, dtype=self._dtype.type)

    def now(self, info: dict[str, Any]) -> Floats:
        """Return the vector of this moment.

        Args:
            info: what the swarm's environment said last.
        """
        pose, active, task = info["pose"], info["active"], self._swarm.task
        parts = (
            pose,
            self._swarm.arena.velocities(),
            active,
            task.statistics(pose[active, :2]),
            task.target_statistics,
        )
        return np.concatenate([part.ravel() for part in parts]).astype(self._dtype)
