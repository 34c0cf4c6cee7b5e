"""PyBullet where it is absent, and worlds that are saved and loaded."""

import sys

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()


def test_without_pybullet_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "pybullet", None)
    with pytest.raises(UsageError, match=r"PyBullet is not installed.*CPython 3\.11"):
        Arena(ROBOT, np.zeros((1, 3)))
