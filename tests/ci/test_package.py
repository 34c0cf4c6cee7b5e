"""The scripts of continuous integration are read by bash, and say what they cannot do."""

import subprocess

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("name", ["lint", "package", "run"])
def test_bash_reads_them(name):
    words = ["bash", "-n", str(ROOT / ".ci" / name)]
    ended = subprocess.run(words, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_part_that_there_is_not_is_refused(tmp_path):
    words = [str(ROOT / ".ci" / "package"), "bild", str(tmp_path)]
    ended = subprocess.run(words, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.endswith("bild is unknown: build or test\n")
