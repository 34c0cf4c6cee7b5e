"""Results say by which versions they were made."""

import platform
from importlib.metadata import PackageNotFoundError, version

import pytest

from bildsim.programs.output import versions as module
from bildsim.programs.output.versions import versions


def test_python_and_the_packages_that_decide_numbers_are_named():
    found = versions()
    assert found["python"] == platform.python_version()
    for name in ("numpy", "numba", "scipy"):
        assert found[name] == version(name)
    assert all(isinstance(item, str) for item in found.values())


@pytest.mark.parametrize("engine", ["pybullet", "pybullet-arm64"])
def test_the_physics_engine_is_named_whoever_packed_it(monkeypatch, engine):
    def only(name):
        if name != engine:
            raise PackageNotFoundError(name)
        return "3.2.8"

    monkeypatch.setattr(module, "version", only)
    assert versions() == {"python": platform.python_version(), engine: "3.2.8"}
