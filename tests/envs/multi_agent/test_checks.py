"""What a multi-agent environment may be asked for."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.multi_agent.checks import (
    checked_cycles,
    checked_flag,
    own_options,
    unknown_agent,
)


@pytest.mark.parametrize("value", [1, 600, None])
def test_lengths(value):
    assert checked_cycles(value) == value


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "600", np.nan])
def test_lengths_that_are_none(value):
    with pytest.raises(
        UsageError, match=r"max_cycles .* is not possible: allowed is a whole number above 0"
    ):
        checked_cycles(value)


def test_flags():
    assert checked_flag("flat", True)
    with pytest.raises(UsageError, match="flat 'yes'"):
        checked_flag("flat", "yes")


def test_the_option_of_the_checkers_says_nothing():
    assert own_options(None) is None
    assert own_options({"options": 1}) == {}
    assert own_options({"options": 1, "start": "corner"}) == {"start": "corner"}


def test_unknown_agents():
    assert str(unknown_agent("x", 3)) == "there is no agent 'x': allowed are robot_0 to robot_2"
