"""What a run's configuration accepts."""

import re
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError, in_digits
from bildsim.simulation.config import (
    LONGEST_S,
    MOST_ROUNDS,
    OutputSettings,
    RunConfig,
    SwarmSettings,
)


@given(st.integers(1, 100_000))
def test_every_whole_number_of_ticks_is_a_duration(ticks):
    assert RunConfig(duration=ticks * 0.1).ticks == ticks
    assert RunConfig(duration=ticks / 10).ticks == ticks


@given(st.floats())
def test_a_duration_is_whole_ticks_or_refused(duration):
    try:
        config = RunConfig(duration=duration)
    except UsageError:
        with pytest.raises(UsageError, match=re.escape(f"duration={in_digits(duration)} ")):
            RunConfig(duration=duration)
    else:
        assert 0.0 < duration <= LONGEST_S
        assert config.ticks * 0.1 == pytest.approx(duration, abs=1e-6)


@pytest.mark.parametrize("period", [0.1, 0.3, 1.0, 12.5, 1e6])
def test_metrics_periods(period):
    assert RunConfig(output=OutputSettings(metrics_period=period)).output.metrics_period == period


@pytest.mark.parametrize("speed", [0.1, 1, 24])
def test_video_speeds(speed):
    assert RunConfig(output=OutputSettings(video_speed=speed)).output.video_speed == speed


@given(st.integers(min_value=0))
def test_every_seed_from_zero_is_a_seed(seed):
    assert RunConfig(seed=seed).seed == seed


def test_nothing_can_be_changed_afterwards():
    config = RunConfig()
    for part in (config, config.swarm, config.model, config.macro, config.output):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, None)


def documented(settings):
    """Yield every field's name with the text of the class that has it."""
    for item in fields(settings):
        yield item.name, " ".join(kind.__doc__ for kind in type(settings).__mro__ if kind.__doc__)
        value = getattr(settings, item.name)
        if is_dataclass(value):
            yield from documented(value)


def test_every_field_is_documented():
    names = dict(documented(RunConfig()))
    assert len(names) > 30
    for name, text in names.items():
        assert f"{name}: " in text


def test_more_rounds_than_any_radio_can_do_are_refused():
    assert RunConfig(rounds=MOST_ROUNDS).rounds == MOST_ROUNDS
    with pytest.raises(UsageError, match="rounds=10001 is not possible: allowed are 10000 a tick"):
        RunConfig(rounds=MOST_ROUNDS + 1)


def test_a_duration_is_named_to_the_last_digit():
    words = r"^duration=1000000\.1 is not possible: .* at most 1000000 s$"
    with pytest.raises(UsageError, match=words):
        RunConfig(duration=1000000.1)


def test_three_settings_say_which_robot_it_is():
    assert SwarmSettings().which == "reference"
    assert SwarmSettings(robot="e-puck2").which == "e-puck2"
    own = SwarmSettings(robot_urdf=Path("a.urdf"), wheel_joints="l,r")
    assert own.which == "a.urdf:l,r"
    with pytest.raises(UsageError, match="are two robots"):
        _ = SwarmSettings(robot="e-puck2", robot_urdf=Path("a.urdf")).which
