"""Results in a directory, as the program writes them, and read again."""

import json

import numpy as np
import pytest

from bildsim import UsageError, load, simulate
from bildsim.programs.run.main import main
from tests.bildsim.api.small import SMALL

RUN = ["--robots", "4", "--dynamics", "ideal", "--duration", "0.6", "--planner", "cvt", "--quiet"]


def same(one, other):
    assert one.rows == other.rows
    assert one.columns == other.columns
    assert one.config == other.config
    for name, values in one.trajectory.arrays().items():
        np.testing.assert_array_equal(values, getattr(other.trajectory, name))


def test_it_writes_the_files_of_the_program_to_the_byte(tmp_path):
    assert main([*RUN, "--out", str(tmp_path / "program")]) == 0
    result = simulate(4, dynamics="ideal", duration=0.6, planner="cvt", progress=False)
    assert result.save(tmp_path / "own") == tmp_path / "own"
    for name in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "own" / name).read_bytes() == (tmp_path / "program" / name).read_bytes()
    own, program = (
        json.loads((tmp_path / d / "summary.json").read_text()) for d in ("own", "program")
    )
    assert own.keys() == program.keys()
    assert own["final"] == program["final"]
    assert sorted(p.name for p in (tmp_path / "own").iterdir()) == sorted(
        p.name for p in (tmp_path / "program").iterdir()
    )


def test_what_the_program_wrote_is_read(tmp_path):
    assert main([*RUN, "--out", str(tmp_path / "out")]) == 0
    result = load(tmp_path / "out")
    assert result.title == "gmm3, cvt, 4 robots"
    assert result.time_s.tolist() == pytest.approx([0.0, 0.6])
    assert type(result.final["contacts"]) is int


@pytest.mark.parametrize("which", ["small", "moving"])
def test_what_was_saved_is_read_again(which, request, tmp_path):
    result = request.getfixturevalue(which)
    again = load(result.save(str(tmp_path / "out")))
    same(result, again)
    np.testing.assert_array_equal(again.target_density(), result.target_density())


def test_its_configuration_runs_again(small, tmp_path):
    small.save(tmp_path / "out")
    again = simulate(config=tmp_path / "out" / "config.toml", progress=False)
    same(small, again)


def heap(points):
    return np.exp(-np.sum(points**2, axis=-1))


def test_things_of_python_are_told_by_a_comment_and_can_be_given_again(tmp_path):
    result = simulate(3, target=heap, start=[[0, 0], [0.5, 0], [0, 0.5]], planner="cvt", **SMALL)
    result.save(tmp_path / "out")
    text = (tmp_path / "out" / "config.toml").read_text()
    assert text.startswith("# Given in Python, so that no file holds them: target, start.\n")
    read = load(tmp_path / "out")
    assert read.target is None
    assert read.final == result.final
    given = load(tmp_path / "out", target=heap)
    np.testing.assert_array_equal(given.target_density(), result.target_density())


def test_other_results_have_no_such_comment(small, tmp_path):
    small.save(tmp_path / "out")
    assert not (tmp_path / "out" / "config.toml").read_text().startswith("#")


def test_a_directory_that_is_taken_is_refused(small, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"^the directory .*full is not empty"):
        small.save(tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("spoilt", ["metrics.csv", "trajectory.npz", "summary.json"])
def test_what_is_not_whole_is_refused(small, spoilt, tmp_path):
    small.save(tmp_path / "out")
    (tmp_path / "out" / spoilt).write_bytes(b"\x00nothing")
    with pytest.raises(UsageError, match=r"out holds no whole results of a run"):
        load(tmp_path / "out")


def test_a_directory_without_results_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"^the configuration .*config.toml cannot be read"):
        load(tmp_path)


def test_the_directory_of_a_comparison_is_refused(tmp_path):
    (tmp_path / "bench.json").write_text("{}")
    with pytest.raises(UsageError, match="holds a comparison of many runs"):
        load(tmp_path)
