"""Every door leads to a module that is there, with a line about it."""

from importlib.util import find_spec

import pytest

from bildsim.programs.config.doors import DOORS


@pytest.mark.parametrize("name", DOORS)
def test_every_door_is_there(name):
    assert find_spec(DOORS[name].module) is not None
    assert 0 < len(DOORS[name].text) <= 60
