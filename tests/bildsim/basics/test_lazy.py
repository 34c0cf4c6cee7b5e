"""Packages that export names without importing their modules."""

import importlib
import sys

import pytest

import bildsim.controllers
import bildsim.density
import bildsim.envs
import bildsim.metrics
import bildsim.network
import bildsim.targets
from bildsim.basics.lazy import lazy_exports

PACKAGES = [
    bildsim.controllers,
    bildsim.density,
    bildsim.envs,
    bildsim.metrics,
    bildsim.network,
    bildsim.targets,
]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_name_is_found(package):
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert sorted(package.__all__) == sorted(package._HOMES)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_names_that_are_not_there_are_no_attributes(package):
    assert not hasattr(package, "Nowhere")
    with pytest.raises(AttributeError, match=f"'{package.__name__}' has no attribute 'Nowhere'"):
        _ = package.Nowhere


def test_a_module_is_imported_when_its_name_is_used(tmp_path, monkeypatch):
    folder = tmp_path / "late_house"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "room.py").write_text("Chair = 4\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("late_house")
    find = lazy_exports("late_house", {"Chair": "room"})
    assert "late_house.room" not in sys.modules
    assert find("Chair") == 4
    assert "late_house.room" in sys.modules
