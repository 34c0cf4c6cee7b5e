"""CI tells when pip would compile, and when what we know of PyBullet's wheels is out of date.

The registry is made up here; `.ci/run` asks the real one. Requirements of pyproject.toml are read
as they are, for every Python and system that the script names.
"""

import runpy
import subprocess
import tomllib
from itertools import product
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

WHEELS = SimpleNamespace(**runpy.run_path(str(ROOT / ".ci" / "wheels.py")))
MACHINES = {
    "Linux x86-64": ("linux", "x86_64"),
    "Linux arm64": ("linux", "aarch64"),
    "macOS arm64": ("darwin", "arm64"),
    "macOS x86-64": ("darwin", "x86_64"),
    "Windows x86-64": ("win32", "AMD64"),
}
"""What Python calls the systems that the script names."""


def names_required(python, system):
    """Return the names of the packages that pyproject.toml requires there, one an entry."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    platform, machine = MACHINES[system]
    place = {"python_version": python, "sys_platform": platform, "platform_machine": machine}
    lines = map(Requirement, settings["project"]["dependencies"])
    return [line.name for line in lines if line.marker is None or line.marker.evaluate(place)]


@pytest.mark.parametrize(("python", "system"), list(product(WHEELS.PYTHONS, WHEELS.SYSTEMS)))
def test_one_pybullet_or_none_is_required(python, system):
    names = names_required(python, system)
    assert len(names) == len(set(names))
    pybullets = [name for name in names if name in WHEELS.PYBULLETS]
    assert len(pybullets) == ((python, system) not in WHEELS.WITHOUT_PYBULLET)


@pytest.mark.parametrize("system", MACHINES)
def test_no_pybullet_is_required_of_a_python_that_is_newer(system):
    assert not set(names_required("3.14", system)) & set(WHEELS.PYBULLETS)


@pytest.fixture
def registry(monkeypatch):
    """Make up what uv answers: registry(from_wheels=..., as_pip=..., alone=...)."""

    def make_up(from_wheels, as_pip, alone=None):
        def run(command, **_):
            found = from_wheels if "--no-build" in command else as_pip
            if "pyproject.toml" not in command:
                found = alone
            text = "".join(f"{name}=={version}\n" for name, version in (found or {}).items())
            why = "" if found else "scipy has no usable wheels"
            return SimpleNamespace(returncode=int(not found), stdout=text, stderr=why)

        monkeypatch.setattr(subprocess, "run", run)

    return make_up


BOTH = {"numba": "1.0", "pybullet-arm64": "3.2.8"}


@pytest.mark.parametrize(
    ("system", "answers", "words"),
    [
        ("Linux x86-64", {"from_wheels": BOTH, "as_pip": BOTH}, []),
        ("Linux x86-64", {"from_wheels": None, "as_pip": BOTH}, ["scipy has no usable wheels"]),
        ("Linux x86-64", {"from_wheels": BOTH, "as_pip": BOTH | {"numba": "2"}}, ["numba"]),
        ("Linux x86-64", {"from_wheels": {"a": "1"}, "as_pip": {"a": "1"}}, ["PyBullets: []"]),
        ("Linux arm64", {"from_wheels": {"a": "1"}, "as_pip": {"a": "1"}}, []),
        ("Linux arm64", {"from_wheels": BOTH, "as_pip": BOTH}, ["WITHOUT_PYBULLET is wrong"]),
        (
            "Linux arm64",
            {"from_wheels": {"a": "1"}, "as_pip": {"a": "1"}, "alone": {"pybullet": "3.2.9"}},
            ["pybullet has a wheel", "pybullet-arm64 has a wheel"],
        ),
    ],
)
def test_what_is_found_is_said(registry, system, answers, words):
    registry(**answers)
    found = WHEELS.problems("3.12", system)
    assert len(found) == len(words)
    for sentence, word in zip(found, words, strict=True):
        assert word in sentence


def test_without_a_registry_nothing_is_checked(monkeypatch, capsys):
    answer = SimpleNamespace(returncode=2, stdout="", stderr="error: request failed\nmore")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    assert WHEELS.main() == 0
    assert capsys.readouterr().out == "wheels: not checked: error: request failed\n"


def test_a_problem_is_told_with_its_python_and_system(registry, capsys):
    registry(from_wheels=BOTH, as_pip=BOTH, alone=BOTH)
    assert WHEELS.main() == 1
    said = capsys.readouterr().out.splitlines()
    assert "3.12 Linux x86-64: wheels" in said
    assert "3.13 macOS x86-64: pybullet-arm64 has a wheel" in "\n".join(said)
