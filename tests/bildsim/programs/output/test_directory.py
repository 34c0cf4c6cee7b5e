"""A directory of results that a run can come back to with the same options."""

import json

import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.output.directory import OPTIONS, SUMMARY, check, claim

ASKED = {"robots": 5, "target": "ring", "constants": {"a": 1.0}}


def test_a_claimed_directory_goes_on_with_the_same_options(tmp_path):
    out = tmp_path / "out"
    check(out, ASKED)
    claim(out, ASKED)
    assert json.loads((out / OPTIONS).read_text()) == ASKED
    check(out, ASKED)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"robots": 6}, "holds a run with --robots 5, not --robots 6"),
        ({"constants": {"a": 2.0}}, "holds a run with other constants, not other constants"),
    ],
)
def test_other_options_are_refused(tmp_path, changed, words):
    claim(tmp_path / "out", ASKED)
    with pytest.raises(UsageError, match=words):
        check(tmp_path / "out", ASKED | changed)


def test_a_finished_run_is_left_alone(tmp_path):
    claim(tmp_path / "out", ASKED)
    (tmp_path / "out" / SUMMARY).write_text("{}")
    with pytest.raises(UsageError, match="holds a finished run"):
        check(tmp_path / "out", ASKED)


def test_options_that_cannot_be_read(tmp_path):
    claim(tmp_path / "out", ASKED)
    (tmp_path / "out" / OPTIONS).write_text("[1")
    with pytest.raises(UsageError, match="that cannot be read"):
        check(tmp_path / "out", ASKED)


def test_a_run_that_was_killed_as_it_began_is_begun_again(tmp_path):
    (tmp_path / f"{OPTIONS}.part").write_text("{")
    check(tmp_path, ASKED)


def test_a_directory_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="cannot be made: not a directory"):
        claim(tmp_path / "file" / "out", ASKED)
