"""What users call their files stands on the terminal as it is."""

import os
import sys
from pathlib import Path

import pytest

from bildsim.programs.output.terminal import open_console, say_tracking, say_written


def test_names_are_no_markup(capsys):
    say_written(
        [Path("[bold]a[red]"), Path(":smile:"), Path("x\nb\udcff")], open_console(quiet=False)
    )
    assert capsys.readouterr().err == "written [bold]a[red]\nwritten :smile:\nwritten x\\nb\\xff\n"


def test_a_long_name_stays_on_its_line(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    say_written([Path("n" * 200)], open_console(quiet=False))
    assert capsys.readouterr().err == f"written {'n' * 200}\n"


def test_it_says_how_tracking_bears_late_commands_if_any_are_late(capsys):
    for advice in ("", "commands are late by 0.2 s"):
        say_tracking(advice, open_console(quiet=False))
    assert capsys.readouterr().err == "tracking commands are late by 0.2 s\n"


def test_a_quiet_program_says_nothing(capsys):
    say_written([Path("a")], open_console(quiet=True))
    assert capsys.readouterr().err == ""


def test_a_reader_that_goes_away_is_let_go(monkeypatch):
    reader, writer = os.pipe()
    with open(writer, "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        console = open_console(quiet=False)
        console.print("heard")
        assert os.read(reader, 100) == b"heard\n"
        os.close(reader)
        for _ in range(3):
            console.print("unheard")
        stream.flush()


def test_a_full_device_is_let_be(monkeypatch):
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    with open("/dev/full", "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        console = open_console(quiet=False)
        console.print("nothing")
        say_written([Path("a")], console)
