"""Numbers of robots that are set for one episode."""

from dataclasses import fields

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.randomisation.settings import NUMBERS, pair_of, require_pairs, with_numbers
from bildsim.envs.swarm import SwarmEnv


@pytest.fixture(scope="module")
def settings():
    return SwarmEnv(
        robots=10,
        dynamics="kinematic",
        actuation=Actuation(deadband=0.1),
        sensing=Sensing(position_bias=0.01),
        faults=Faults(stop="0.2@3", dead="robots:1@9"),
    ).usual.settings


def test_numbers_take_the_place_of_their_own_and_leave_the_others(settings):
    numbers = {"max_speed": 0.15, "command_delay": 0.1, "position_noise": 0.02}
    changed = with_numbers(settings, {**numbers, "dead_share": 0.3, "dead_time_s": 4.0})
    assert changed.max_speed == 0.15
    assert changed.disturbances.actuation == Actuation(deadband=0.1, command_delay=0.1)
    assert changed.disturbances.sensing == Sensing(0.02, 0.01)
    assert changed.disturbances.faults == Faults(stop="0.2@3", dead="0.3@4.0")
    assert with_numbers(settings, {}) == settings


def test_a_share_of_nobody_is_no_fault(settings):
    changed = with_numbers(settings, {"dead_share": 0.04, "dead_time_s": 4.0})
    assert changed.disturbances.faults == Faults(stop="0.2@3")


def test_every_setting_of_drives_and_sensors_can_be_drawn():
    found = {item.name for of in (Actuation, Sensing) for item in fields(of)}
    assert found - {"localisation", "clip"} <= set(NUMBERS)


def test_faults_are_a_share_and_a_time():
    assert pair_of("stuck_time_s") == pair_of("stuck_share") == ("stuck_share", "stuck_time_s")
    assert pair_of("backlash") == ("backlash",)
    assert require_pairs({"dead_share": 0, "dead_time_s": 0, "max_speed": 0}) is None
    for name, other in (("dead_share", "dead_time_s"), ("join_time_s", "join_share")):
        with pytest.raises(UsageError, match=f"{name!r} without {other!r} is not possible"):
            require_pairs({name: (0, 1)})


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"dead_share": 1.5, "dead_time_s": 1.0}, "dead_share=1.5 .*allowed is 0 to 1"),
        ({"stop_share": 0.5, "stop_time_s": -1.0}, "stop_time_s=-1 .*from 0 s"),
        ({"command_delay": 9.0}, "command_delay=9"),
        ({"position_dropout": -0.1}, "position_dropout=-0.1"),
    ],
)
def test_what_is_out_of_range(settings, numbers, words):
    with pytest.raises(UsageError, match=words):
        with_numbers(settings, numbers)
