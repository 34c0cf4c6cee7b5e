"""The door ``python -m bildsim.live`` leads to its program, and ends as all doors do."""

import subprocess
import sys

from bildsim import live
from bildsim.programs.live import main as program


def test_the_door_leads_to_the_program(monkeypatch):
    monkeypatch.setattr(program, "main", lambda arguments: len(arguments))
    assert live.main(["a", "b"]) == 2


def test_wrong_words_are_one_sentence_and_status_2():
    words = [sys.executable, "-m", "bildsim.live", "pyproject.toml"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    said = "bildsim.live: pyproject.toml "
    assert ended.stderr.startswith(said)
    assert ended.stderr.count("\n") == 1
