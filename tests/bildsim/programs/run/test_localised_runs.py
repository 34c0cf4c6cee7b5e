"""Runs with a positioning system by name or from a file: results, restarts, sentences.

No module of its own stands behind this: it is the way from the option to robots that have moved.
"""

import json

import pytest

from bildsim.programs.output.recorder import Recorder
from tests.bildsim.programs.run.killing import (
    SHOTS,
    SMALL,
    assert_refused,
    before,
    call,
    killed,
    results,
)

KINEMATIC = (*SMALL, "--dynamics", "kinematic")
FILE = "[localisation]\nposition_noise = 0.02\nheading_noise = 0.1\nfix_rate = 5\n"


def said(out):
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_a_run_says_how_well_robots_knew_where_they_were(program, tmp_path):
    ended = program(*KINEMATIC, "--localisation", "overhead-camera", "--out", "out")
    assert ended.status == 0, ended.err
    summary = said(tmp_path / "out")
    assert 1e-3 < summary["localisation"]["position_rms_m"] < 0.05
    assert summary["configuration"]["sensing"]["localisation"] == "overhead-camera"
    again = program("--config", "out/config.toml", "--out", "again")
    assert again.status == 0, again.err
    for kept in ("metrics.csv", "trajectory.npz", "config.toml"):
        assert (tmp_path / "again" / kept).read_bytes() == (tmp_path / "out" / kept).read_bytes()


def test_robots_that_know_where_they_are_have_no_such_line(program, tmp_path):
    assert program(*KINEMATIC, "--out", "out").status == 0
    assert "localisation" not in said(tmp_path / "out")
    assert "[sensing]\n\n" in (tmp_path / "out" / "config.toml").read_text() + "\n"


def test_single_options_win(program, tmp_path):
    line = (*KINEMATIC, "--localisation", "uwb")
    assert program(*line, "--out", "poor").status == 0
    better = ("--position-noise", 0, "--place-bias", 0, "--outliers", 0)
    assert program(*line, *better, "--out", "better").status == 0
    poor, good = (said(tmp_path / name)["localisation"] for name in ("poor", "better"))
    assert good["position_rms_m"] < 0.3 * poor["position_rms_m"]


def test_a_killed_run_with_a_file_goes_on_while_it_says_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text(FILE, encoding="utf-8")
    line = (*KINEMATIC, "--localisation", "mine.toml", "--fix-latency", 0.05)
    assert call(*line, "--out", "whole") == 0
    killed(before(Recorder, "tick", 17), *line, "--out", "out", *SHOTS)
    path.write_text(FILE.replace("0.02", "0.03"), encoding="utf-8")
    words = ("mine.toml", "whose file has changed or is not there")
    assert_refused(tmp_path / "out" / "checkpoint-00000001.5s", [], *words)
    path.write_text(FILE, encoding="utf-8")
    assert call("--resume", "out", "--quiet") == 0
    assert results(tmp_path / "out") == results(tmp_path / "whole")


def test_a_configuration_whose_file_has_gone_takes_another(program, tmp_path):
    for name in ("mine.toml", "other.toml"):
        (tmp_path / name).write_text(FILE, encoding="utf-8")
    assert program(*KINEMATIC, "--localisation", "mine.toml", "--out", "out").status == 0
    (tmp_path / "mine.toml").unlink()
    line = ("--config", "out/config.toml", "--out", "again")
    gone = program(*line)
    assert (gone.status, "--localisation mine.toml" in gone.err) == (2, True)
    assert program(*line, "--localisation", "other.toml").status == 0
    for kept in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "again" / kept).read_bytes() == (tmp_path / "out" / kept).read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--localisation gps", "--localisation gps is unknown: valid are lighthouse, odometry"),
        ("--localisation none.toml", "--localisation none.toml cannot be read: no such file"),
        ("--localisation bad.toml", "--localisation bad.toml: fix_rate=90 is not possible"),
        ("--fix-rate 90", "--fix-rate 90 is not possible: allowed is 0 to 60 Hz"),
        ("--outlier-size .1", "--outlier-size 0.1 needs --outliers"),
        (
            "--localisation odometry --fix-latency .1",
            "--fix-latency 0.1 means nothing with --localisation odometry: no fix follows",
        ),
        (
            "--localisation odometry --dynamics ideal",
            "--localisation odometry is not possible with --dynamics ideal: its robots have no",
        ),
    ],
)
def test_what_is_refused(program, tmp_path, words, sentence):
    (tmp_path / "bad.toml").write_text("[localisation]\nfix_rate = 90\n", encoding="utf-8")
    ended = program(*words.split(), "--robots", 3, "--duration", 0.1)
    assert ended.status == 2
    assert ended.err.startswith(f"bildsim.run: {sentence}")
    assert ended.err.count("\n") == 1
