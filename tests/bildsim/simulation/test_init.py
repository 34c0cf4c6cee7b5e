"""What the package exports, and what it does not load for that."""

import importlib
import sys

import pytest

import bildsim.simulation


@pytest.mark.parametrize("name", bildsim.simulation.__all__)
def test_every_name_is_that_of_its_module(name):
    found = getattr(bildsim.simulation, name)
    if isinstance(found, type):
        assert found.__name__ == name
        home = importlib.import_module(found.__module__)
        assert getattr(home, name) is found


def test_other_names_are_missing_as_from_any_module():
    with pytest.raises(AttributeError, match=r"'bildsim\.simulation' has no attribute 'Simulator'"):
        _ = bildsim.simulation.Simulator


def test_the_configuration_loads_neither_transport_solvers_nor_pictures_nor_physics(process):
    ended = process(
        "import sys, bildsim.simulation.config;"
        "print({'ot', 'cv2', 'pybullet'} & sys.modules.keys())",
        command=(sys.executable, "-c"),
    )
    assert (ended.out, ended.err) == ("set()\n", "")
