"""The door ``python -m bildsim.run`` leads to its program."""

import gc
import subprocess
import sys

import pytest

from bildsim import run
from bildsim.programs.run import main


@pytest.fixture(autouse=True)
def thawed():
    """Let what tests leave be garbage again."""
    yield
    gc.unfreeze()


def test_the_door_leads_to_the_program(monkeypatch):
    monkeypatch.setattr(main, "main", lambda arguments: len(arguments))
    assert run.main(["a", "b"]) == 2


def test_what_is_loaded_is_no_garbage_to_look_for(monkeypatch):
    monkeypatch.setattr(main, "main", lambda arguments: gc.get_freeze_count())
    assert run.main([]) > len(gc.get_objects())


def test_it_can_be_called(environment):
    command = [sys.executable, "-m", "bildsim.run", "--no-such-option"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == "bildsim.run: unknown options: --no-such-option\n"
