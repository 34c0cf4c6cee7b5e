"""What a page was made with."""

import getpass
import platform
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from bildsim.programs.supplement import origin
from bildsim.programs.sweep.config import PROGRAM, parse_bench
from tests.bildsim.programs.made_trials import BENCH


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
