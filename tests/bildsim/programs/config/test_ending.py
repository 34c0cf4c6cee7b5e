"""Ends of programs: one sentence and a status, whatever happened and whoever listens."""

import os
import signal
import sys
from pathlib import Path

import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.config import ending
from bildsim.programs.config.ending import complain, run_program, unforeseen


@pytest.mark.parametrize(
    ("error", "status"),
    [(UsageError("no"), 2), (RunError("no"), 1), (UsageError("several\n  lines"), 2)],
)
def test_errors_end_a_program_with_a_line_and_a_status(capsys, error, status):
    def fail(arguments):
        raise error

    assert run_program("bildsim.x", fail) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"bildsim.x: {' '.join(str(error).split())}\n"


def test_ctrl_c_anywhere_ends_a_program_quietly(capsys):
    def stop(arguments):
        raise KeyboardInterrupt

    assert run_program("bildsim.x", stop) == 130
    assert capsys.readouterr().err == "bildsim.x: stopped by Ctrl-C\n"


def test_a_programs_status_is_passed_on():
    assert run_program("bildsim.x", lambda arguments: 17) == 17


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_signals_end_a_program_with_a_status_of_their_own(capsys, name, status):
    def stop(arguments):
        os.kill(os.getpid(), getattr(signal, name))
        raise AssertionError("nothing stopped it")

    before = signal.getsignal(getattr(signal, name))
    assert run_program("bildsim.x", stop) == status
    word = "Ctrl-C" if name == "SIGINT" else name
    assert capsys.readouterr().err == f"bildsim.x: stopped by {word}\n"
    assert signal.getsignal(getattr(signal, name)) == before


def test_what_nobody_has_foreseen_is_a_sentence_and_a_file(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(ending.tempfile, "tempdir", str(tmp_path))

    def fail(arguments):
        return 1 / 0

    assert run_program("bildsim.x", fail) == 1
    said = capsys.readouterr().err
    (file,) = tmp_path.iterdir()
    words = "ZeroDivisionError: division by zero, which nobody has foreseen: please report it with"
    assert said == f"bildsim.x: {words} {file}\n"
    text = file.read_text()
    assert text.startswith("Traceback")
    assert "return 1 / 0" in text


def test_where_no_traceback_can_be_written_the_sentence_is_said_all_the_same(tmp_path):
    said = unforeseen(ValueError("a\nb"), tmp_path / "nowhere")
    assert said == "ValueError: a b, which nobody has foreseen"


def test_nobody_needs_to_listen(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        assert complain("bildsim.x", "no", 2) == 2
        assert complain("bildsim.x", "no", 2) == 2


def test_a_full_device_takes_nothing_and_does_no_harm(monkeypatch):
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    with open("/dev/full", "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        assert complain("bildsim.x", "no", 1) == 1
