"""The door ``python -m bildsim.attribute`` leads to its program."""

import subprocess
import sys

from bildsim import attribute
from bildsim.programs.attribute import main


def test_the_door_leads_to_the_program(monkeypatch):
    monkeypatch.setattr(main, "main", lambda arguments: len(arguments))
    assert attribute.main(["a", "b"]) == 2


def test_it_can_be_called(environment):
    command = [sys.executable, "-m", "bildsim.attribute", "--no-such-option"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == "bildsim.attribute: unknown options: --no-such-option\n"
