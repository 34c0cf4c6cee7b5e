"""Results say by which versions they were made."""

import platform
import subprocess
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


# The commit


@pytest.fixture(autouse=True)
def _asked_anew():
    module.commit.cache_clear()
    yield
    module.commit.cache_clear()


def git(place, *words):
    own = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    subprocess.run(["git", *own, *words], cwd=place, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository that holds a package, of which ours pretends to be."""
    (tmp_path / "bildsim").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(module, "_HERE", tmp_path / "bildsim" / "programs" / "output" / "v.py")
    return tmp_path


def test_the_commit_is_that_of_the_checkout(checkout):
    git(checkout, "init", "-q")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "begin")
    git(checkout, "tag", "-am", "one", "v1")
    assert module.commit() == "v1"
    (checkout / "pyproject.toml").write_text("changed")
    module.commit.cache_clear()
    assert module.commit() == "v1-dirty"


def test_a_package_that_lies_in_somebody_elses_repository_is_installed(checkout):
    (checkout / "pyproject.toml").unlink()
    git(checkout, "init", "-q")
    assert module.commit() == "installed"


def test_a_package_without_repository_is_installed(checkout):
    assert module.commit() == "installed"


def test_without_git_it_is_unknown(checkout, monkeypatch):
    git(checkout, "init", "-q")
    monkeypatch.setenv("PATH", str(checkout))
    assert module.commit().startswith("unknown")
