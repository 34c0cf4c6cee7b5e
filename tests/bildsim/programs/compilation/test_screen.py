"""Who waits for compilers hears that, for how long, and afterwards how long it was."""

import io
import re

import pytest
from rich.console import Console

from bildsim.programs.compilation import screen
from bildsim.programs.compilation.screen import compiling


def said(*, kept=True, **options):
    console = Console(file=io.StringIO(), width=100, **options)
    with compiling(console, ["ticks", "fits", "messages"], kept=kept) as count:
        count("ticks")
        count("ticks")
        count("fits")
    return console.file.getvalue()


@pytest.fixture
def _a_second_at_each_look(monkeypatch):
    moments = iter(range(10_000))
    monkeypatch.setattr(screen.time, "perf_counter", lambda: float(next(moments)))


def test_a_terminal_shows_how_many_are_done_and_in_the_end_how_long_it_was():
    text = said(force_terminal=True)
    assert "compiling for this machine, once: 2 of 3" in text
    assert text.index("2 of 3") < text.index("compiled in 0.0 s")


@pytest.mark.usefixtures("_a_second_at_each_look")
def test_elsewhere_it_is_two_lines():
    first, second = said().splitlines()
    assert first == "compiling for this machine, once"
    assert second == "compiled in 1.0 s, kept for later starts; no run's time counts it"


def test_what_is_not_kept_is_not_promised():
    assert re.search(r"compiled in \d+\.\d s; no run's time counts it\n", said(kept=False))


def test_who_is_stopped_hears_nothing_of_an_end():
    console = Console(file=io.StringIO(), width=100)
    with pytest.raises(KeyboardInterrupt), compiling(console, ["ticks"]):
        raise KeyboardInterrupt
    assert console.file.getvalue() == "compiling for this machine, once\n"


def test_quiet_is_quiet():
    assert said(quiet=True) == said(quiet=True, force_terminal=True) == ""
