"""Whatever robot is brought, its run goes on after it was killed, and is the same run.

No module of its own stands behind this: it is the whole way from a description to robots that have
moved.
"""

import json

import numpy as np
import pytest

from bildsim.programs.output.recorder import Recorder
from tests.bildsim.programs.run.killing import (
    SHOTS,
    assert_refused,
    before,
    call,
    killed,
    results,
)
from tests.envs.robots.urdf.models import written

SMALL = (
    *("--robots", 8, "--rounds", 2, "--network", "knn:4", "--order", 2),
    *("--duration", 1.8, "--metrics-period", 0.7, "--seed", 3, "--quiet"),
)
MINE = """base = "gternal"
[robot]
mass = 0.4
[drive]
drive_noise = 0.02
motor_lag = 0.04
command_delay = 0.05
"""


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_run_goes_on_to_the_same_bytes(tmp_path, mine, dynamics):
    line = (*SMALL, "--dynamics", dynamics, "--robot", mine)
    assert call(*line, "--out", tmp_path / "whole") == 0
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 12), *line, "--out", out, *SHOTS)
    assert call("--resume", out, "--quiet") == 0
    assert results(out) == results(tmp_path / "whole")
    said = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert said["swarm"]["radius"] == 0.0675


def test_a_description_that_has_changed_is_another_run(tmp_path, mine):
    out = tmp_path / "out"
    line = (*SMALL, "--dynamics", "kinematic", "--robot", mine)
    killed(before(Recorder, "tick", 12), *line, "--out", out, *SHOTS)
    mine.write_text(MINE.replace("0.4", "0.5"), encoding="utf-8")
    assert_refused(out, (), f"--robot {mine}", "changed")


def test_a_configuration_names_the_robot_and_runs_again(program, tmp_path):
    line = ("--robots", 5, "--duration", 0.5, "--dynamics", "kinematic", "--quiet")
    assert program(*line, "--robot", "zooid", "--out", "first").status == 0
    again = program("--config", "first/config.toml", "--out", "second")
    assert again.status == 0, again.err
    poses = []
    for name in ("first", "second"):
        with np.load(tmp_path / name / "trajectory.npz") as data:
            poses.append(data["pose"])
    np.testing.assert_array_equal(*poses)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--robot", "e-puck"), "--robot e-puck is unknown: did you mean e-puck2"),
        (("--robot", "gone.toml"), "--robot gone.toml cannot be read"),
        (("--robot", "create3"), "--robots 100 is not possible: allowed is 1 to 42"),
        (("--robot", "e-puck2", "--radius", 0.02), "its wheels stand 0.0265 m from"),
        (
            ("--robot", "e-puck2", "--max-speed", 4),
            "--robot e-puck2 with --max-speed 4 would weave",
        ),
        (("--robot", "e-puck2", "--clip", "none"), "--clip none is unknown"),
    ],
)
def test_what_is_not_possible_is_said_in_a_sentence(program, words, said):
    # Quiet: on a fresh machine it is said, too, that something is compiled.
    ended = program(*words, "--dynamics", "kinematic", "--duration", 1, "--quiet")
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_model_of_ones_own_goes_on_to_the_same_bytes_and_must_not_change(tmp_path):
    path = written(tmp_path)
    # Robots that touch do not, which the run says.
    line = (*SMALL, "--dynamics", "bullet", "--no-contacts", "--robot-urdf", path)
    assert call(*line, "--out", tmp_path / "whole") == 0
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 12), *line, "--out", out, *SHOTS)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('value="0.62"', 'value="0.6"'), encoding="utf-8")
    assert_refused(out, (), f"--robot-urdf {path}", "changed")
    path.write_text(text, encoding="utf-8")
    assert call("--resume", out, "--quiet") == 0
    assert results(out) == results(tmp_path / "whole")
