"""Robots that are made of settings."""

from dataclasses import replace

import pytest

from bildsim.basics.errors import UsageError
from bildsim.basics.time_budget import TimeBudget
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.fleet import FleetSettings

SETTINGS = FleetSettings(
    dynamics="kinematic",
    robots=5,
    radius=None,
    max_speed=0.1,
    contacts=True,
    safety="none",
    gain=12.0,
    delay_compensation="predict",
    disturbances=Disturbances(Actuation(command_delay=0.1)),
    physics_rate=120,
    action_mode="velocity",
    gui=False,
)


def test_what_is_made_agrees_with_what_was_asked_for():
    budget = TimeBudget()
    fleet = SETTINGS.made(budget)
    assert fleet.settings is SETTINGS
    assert (fleet.robot.max_speed, fleet.physics_rate) == (0.1, 120)
    assert (fleet.actions.mode, fleet.actions.limit) == ("velocity", 0.1)
    assert fleet.tracking.predicts
    assert fleet.physics.driver.time_budget is budget
    assert not fleet.physics.running


def test_what_determines_how_robots_move_is_said():
    said = SETTINGS.made().described()
    assert said["max_speed"] == 0.1
    assert said["radius"] == 0.025, "the one that goes with their number"
    assert said["action_mode"] == "velocity"
    assert said["actuation"] == Actuation(command_delay=0.1)


def test_points_need_not_be_apart():
    assert SETTINGS.apart
    assert not replace(SETTINGS, contacts=False).apart
    assert not replace(SETTINGS, dynamics="ideal").apart


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dynamics": "ideal"}, "command_delay=0.1 is not possible"),
        ({"max_speed": 3.0}, "max_speed=3"),
        ({"physics_rate": 70}, "physics_rate=70"),
        ({"robots": 4000, "radius": 0.025}, "robots=4000"),
        ({"action_mode": "thrust"}, "action_mode='thrust'"),
        ({"safety": "luck"}, "safety='luck'"),
    ],
)
def test_what_cannot_be_made(changed, words):
    with pytest.raises(UsageError, match=words):
        replace(SETTINGS, **changed).made()
