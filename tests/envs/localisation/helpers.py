"""What the tests of localisation share."""

import numpy as np

from bildsim.envs.localisation.errors import LocalisationErrors
from bildsim.envs.localisation.localiser import Localiser
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()


def poses(count, reach=0.5, seed=0):
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(-reach, reach, (count, 2)), rng.uniform(-3, 3, count)])


def localiser(true, seed=1, **errors):
    return Localiser(LocalisationErrors(**errors), ROBOT, true, np.random.default_rng(seed))


def turned(angle):
    """Return angles from -pi to pi."""
    return np.angle(np.exp(1j * angle))
