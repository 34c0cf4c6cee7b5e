"""Settings of moving targets, and that they reach the targets that they are for."""

from dataclasses import FrozenInstanceError

import pytest

from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import DEFAULT_SPEED, target_by_name


def test_nothing_given_is_each_targets_own():
    settings = MotionSettings()
    assert (settings.target_speed, settings.target_time) == (None, None)
    assert not settings.feedforward
    moving = target_by_name("moving_gauss", speed=settings.target_speed)
    same = target_by_name("moving_gauss", speed=DEFAULT_SPEED)
    point = [[0.3, 0.1]]
    import numpy as np

    at = np.array(point)
    assert moving.at(5.0).density(at) == same.at(5.0).density(at)


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        MotionSettings().feedforward = True
