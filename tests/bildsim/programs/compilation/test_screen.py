import io

from rich.console import Console

from bildsim.programs.compilation.screen import compiling


def said(**options):
    console = Console(file=io.StringIO(), width=100, **options)
    with compiling(console, 3) as count:
        count("one")
        count("one")
        count("another")
    return console.file.getvalue()


def test_a_terminal_shows_how_many_are_done():
    assert "compiling for this machine, once: 2 of 3" in said(force_terminal=True)


def test_elsewhere_it_is_one_line():
    assert said() == "compiling for this machine, once\n"


def test_quiet_is_quiet():
    assert said(quiet=True) == said(quiet=True, force_terminal=True) == ""
