"""The commit that gave a result."""

import subprocess
from types import SimpleNamespace

import pytest

from bildsim.programs.page import commit as module


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Let bildsim run from a repository of one commit."""

    def git(*words):
        names = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(tmp_path), *names, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    (tmp_path / "bildsim").mkdir()
    (tmp_path / "bildsim" / "__init__.py").write_text("")
    git("add", ".")
    git("commit", "-qm", "first")
    installed = SimpleNamespace(__file__=str(tmp_path / "bildsim" / "__init__.py"))
    monkeypatch.setattr(module, "bildsim", installed)
    module.commit.cache_clear()
    yield tmp_path, git
    module.commit.cache_clear()


def test_the_commit_is_that_of_the_repository(repository):
    _, git = repository
    assert module.commit() == git("rev-parse", "--short=12", "HEAD")


def test_changes_since_are_marked(repository):
    place, git = repository
    (place / "bildsim" / "__init__.py").write_text("changed = True\n")
    assert module.commit() == git("rev-parse", "--short=12", "HEAD") + "+"


def test_without_a_repository_there_is_none(tmp_path, monkeypatch):
    installed = SimpleNamespace(__file__=str(tmp_path / "bildsim" / "__init__.py"))
    monkeypatch.setattr(module, "bildsim", installed)
    module.commit.cache_clear()
    assert module.commit() == ""
    module.commit.cache_clear()
