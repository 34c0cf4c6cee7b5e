"""The progress bar: simulated time, how fast it goes, and the KL of the last tick."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from bildsim.programs.run.progress import progress
from bildsim.simulation.config import RunConfig

CONFIG = RunConfig(duration=60.0)


def tick(time_s, kl):
    return SimpleNamespace(time_s=time_s, kl_fit=kl)


def drawn(times, ticks, begin_s=0.0, quiet=False):
    """Return what is drawn of ticks when the run has taken that long at each, and at its end."""
    moments = iter(times)
    console = Console(file=io.StringIO(), force_terminal=True, width=100, quiet=quiet)
    with progress(CONFIG, console, lambda: next(moments), begin_s) as show:
        for each in ticks:
            show(each)
    return console.file.getvalue()


def test_it_shows_the_time_the_factor_and_the_kl_of_the_last_tick():
    text = drawn([2.0, 4.0, 4.0], [tick(1.0, 0.9), tick(5.0, 0.4321)])
    assert "  5.0 s of 60 s" in text
    assert "KL 0.4321" in text
    assert " 1.25x real time" in text, "5 s after 4 s"


def test_the_last_factor_is_of_all_the_time_that_the_run_took():
    text = drawn([4.0, 10.0], [tick(5.0, 0.4)])
    assert text.rindex(" 0.50x real time") > text.rfind(" 1.25x real time")


def test_a_resumed_run_counts_what_it_took_before():
    text = drawn([62.0, 62.0], [tick(31.0, 0.1)], begin_s=30.0)
    assert " 31.0 s of 60 s" in text
    assert " 0.50x real time" in text


def test_a_quiet_console_shows_nothing():
    assert drawn([1.0, 1.0], [tick(1.0, 0.5)], quiet=True) == ""


def test_a_first_tick_in_no_time_is_no_error():
    assert "  0.1 s of 60 s" in drawn([0.0, 0.0], [tick(0.1, 0.5)])


def test_it_stops_when_the_run_fails():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    cursor, seen = "\x1b[?25h", []

    def fail():
        seen.append(console.file.getvalue())
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), progress(CONFIG, console, lambda: 1.0):
        fail()
    assert cursor not in seen[0], "no cursor where the bar is drawn"
    assert cursor in console.file.getvalue()
