"""The progress bar: simulated time, how fast it goes, and the KL of the last tick."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from bildsim.programs.run import progress as progress_module
from bildsim.programs.run.progress import progress
from bildsim.simulation.config import RunConfig

CONFIG = RunConfig(duration=60.0)


def tick(time_s, kl):
    return SimpleNamespace(time_s=time_s, kl_fit=kl)


def drawn(monkeypatch, seconds, ticks, begin_s=0.0, quiet=False):
    """Return what is drawn of ticks that come that many seconds after each other."""
    moments = iter(range(10_000))
    monkeypatch.setattr(
        progress_module.time, "perf_counter", lambda: 100.0 + seconds * next(moments)
    )
    console = Console(file=io.StringIO(), force_terminal=True, width=100, quiet=quiet)
    with progress(CONFIG, console, begin_s) as show:
        for each in ticks:
            show(each)
    return console.file.getvalue()


def test_it_shows_the_time_the_factor_and_the_kl_of_the_last_tick(monkeypatch):
    text = drawn(monkeypatch, 2.0, [tick(1.0, 0.9), tick(5.0, 0.4321)])
    assert "  5.0 s of 60 s" in text
    assert "KL 0.4321" in text
    assert " 1.25x real time" in text, "5 s after 4 s"


def test_a_resumed_run_counts_its_speed_from_where_it_went_on(monkeypatch):
    text = drawn(monkeypatch, 2.0, [tick(31.0, 0.1)], begin_s=30.0)
    assert " 31.0 s of 60 s" in text
    assert " 0.50x real time" in text


def test_a_quiet_console_shows_nothing(monkeypatch):
    assert drawn(monkeypatch, 1.0, [tick(1.0, 0.5)], quiet=True) == ""


def test_a_first_tick_in_no_time_is_no_error(monkeypatch):
    assert "  0.1 s of 60 s" in drawn(monkeypatch, 0.0, [tick(0.1, 0.5)])


def test_it_stops_when_the_run_fails(monkeypatch):
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    cursor, seen = "\x1b[?25h", []

    def fail():
        seen.append(console.file.getvalue())
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), progress(CONFIG, console):
        fail()
    assert cursor not in seen[0], "no cursor where the bar is drawn"
    assert cursor in console.file.getvalue()
