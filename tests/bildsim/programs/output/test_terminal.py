"""What users call their files stands on the terminal as it is."""

from pathlib import Path

from bildsim.programs.output.terminal import open_console, say_written


def test_names_are_no_markup(capsys):
    say_written(
        [Path("[bold]a[red]"), Path(":smile:"), Path("x\nb\udcff")], open_console(quiet=False)
    )
    assert capsys.readouterr().err == "written [bold]a[red]\nwritten :smile:\nwritten x\\nb\\xff\n"


def test_a_long_name_stays_on_its_line(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    say_written([Path("n" * 200)], open_console(quiet=False))
    assert capsys.readouterr().err == f"written {'n' * 200}\n"


def test_a_quiet_program_says_nothing(capsys):
    say_written([Path("a")], open_console(quiet=True))
    assert capsys.readouterr().err == ""
