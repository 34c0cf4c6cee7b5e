"""What a page was made with."""

import getpass
import platform
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bildsim.programs.supplement import origin
from bildsim.programs.sweep.config import PROGRAM, parse_bench
from tests.bildsim.programs.made_trials import BENCH


@pytest.fixture(autouse=True)
def _asked_anew():
    origin.commit.cache_clear()
    yield
    origin.commit.cache_clear()


def git(place, *words):
    own = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    subprocess.run(["git", *own, *words], cwd=place, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository that holds a package, of which ours pretends to be."""
    (tmp_path / "bildsim").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(origin.bildsim, "__file__", str(tmp_path / "bildsim" / "__init__.py"))
    return tmp_path


def test_the_commit_is_that_of_the_checkout(checkout):
    git(checkout, "init", "-q")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "begin")
    git(checkout, "tag", "-am", "one", "v1")
    assert origin.commit() == "v1"
    (checkout / "pyproject.toml").write_text("changed")
    origin.commit.cache_clear()
    assert origin.commit() == "v1-dirty"


def test_a_package_that_lies_in_somebody_elses_repository_is_installed(checkout):
    (checkout / "pyproject.toml").unlink()
    git(checkout, "init", "-q")
    assert origin.commit() == "installed"


def test_a_package_without_repository_is_installed(checkout):
    assert origin.commit() == "installed"


def test_without_git_it_is_unknown(checkout, monkeypatch):
    git(checkout, "init", "-q")
    monkeypatch.setenv("PATH", str(checkout))
    assert origin.commit().startswith("unknown")


def test_the_machine_has_cores_and_a_system_and_no_name():
    said = origin.machine()
    assert " core" in said
    assert platform.system() in said
    assert getpass.getuser() not in said.split()
    if platform.node():
        assert platform.node() not in said.split()


@pytest.mark.parametrize(
    "words",
    [
        "--out a",
        "--out a --planners static,cvt --seeds 0:10 --robots 30 --duration 12.5 --dynamics ideal",
        "--out a --sweep loss=0,.1 --preset paper --network disk:0.4",
        "--out a --quiet --jobs 2 --targets split --feedforward",
    ],
)
def test_the_command_runs_the_same_again(words):
    config = parse_bench(words.split())
    said = shlex.split(origin.command(PROGRAM, config))
    assert said[:3] == ["python", "-m", "bildsim.bench"]
    again = parse_bench([word.replace("DIRECTORY", "a") for word in said[3:]])
    assert again == replace(config, jobs=None, output=replace(config.output, quiet=False))


def test_words_with_spaces_are_quoted(tmp_path):
    config = replace(BENCH, starts=str(Path("my places") / "a.csv"))
    assert "'my places/a.csv'" in origin.command(PROGRAM, config)
