"""The door ``python -m bildsim.robots`` leads to its program, and ends as all doors do."""

import subprocess
import sys

from bildsim import robots
from bildsim.programs import robots as program


def test_the_door_leads_to_the_program(monkeypatch):
    monkeypatch.setattr(program, "main", lambda arguments: len(arguments))
    assert robots.main(["a", "b"]) == 2


def test_wrong_words_are_one_sentence_and_status_2():
    words = [sys.executable, "-m", "bildsim.robots", "e-puck"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("bildsim.robots: e-puck is unknown: did you mean e-puck2")
    assert ended.stderr.count("\n") == 1
