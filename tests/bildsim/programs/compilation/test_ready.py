"""Kernels are ready before a run needs them, whatever becomes of the processes that compile."""

import io
import os
import re

import numba
import pytest
from rich.console import Console

from bildsim.basics.errors import UsageError
from bildsim.programs.compilation import ready


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=100)


@pytest.fixture
def group(monkeypatch):
    """Return the calls of a group whose kernel is compiled at each first call."""
    calls, kernel = [], numba.njit(lambda: 1)

    def call():
        kernel()
        calls.append(os.getpid())

    monkeypatch.setattr(ready, "GROUPS", {"one": call, "other": call})
    return calls


def test_within_the_block_nothing_compiles_and_after_it_all_does():
    kernel = numba.njit(lambda number: number + 1)
    with pytest.raises(ready.NotKeptError), ready.nothing_compiles():
        kernel(1)
    assert kernel(1) == 2
    with ready.nothing_compiles():
        assert kernel(1) == 2


def test_what_is_there_is_not_spoken_of(group, console):
    ready.GROUPS["one"]()
    assert ready.make_ready(["one"], console, before=lambda: 1 / 0) == 0.0
    assert console.file.getvalue() == ""


def test_what_is_missing_is_compiled_and_said_once(group, console, monkeypatch):
    monkeypatch.setattr(ready, "usable_cores", lambda: 1)
    order = []
    spent = ready.make_ready(["one", "other"], console, before=lambda: order.append("before"))
    assert spent > 0.0
    assert order == ["before"]
    assert set(group) == {os.getpid()}
    first, second = console.file.getvalue().splitlines()
    assert first == "compiling for this machine, once"
    assert re.fullmatch(r"compiled in \d+\.\d s, kept for later starts; no run's .*", second)


def test_who_is_refused_waits_for_nothing(group, console):
    def refuse():
        raise UsageError("no")

    with pytest.raises(UsageError):
        ready.make_ready(["one"], console, before=refuse)
    assert (group, console.file.getvalue()) == ([], "")


@pytest.mark.parametrize("beside", [["one", "other"], ["one"], []])
def test_what_processes_leave_undone_is_done_here(group, console, monkeypatch, beside):
    asked = []

    def called(names, calls, processes):
        asked.append((names, calls, processes))
        yield from beside

    monkeypatch.setattr(ready, "called_beside", called)
    monkeypatch.setattr(ready, "usable_cores", lambda: 2)
    assert ready.make_ready(["one", "other"], console) > 0.0
    assert asked == [(["one", "other"], ready.GROUPS, 2)]
    assert set(group) == {os.getpid()}


def test_where_kernels_cannot_be_kept_no_process_is_asked(group, console, monkeypatch):
    monkeypatch.setattr(ready, "called_beside", lambda *_: 1 / 0)
    monkeypatch.setattr(ready, "_are_kept", lambda: False)
    ready.make_ready(["one", "other"], console)
    assert set(group) == {os.getpid()}
    assert "kept" not in console.file.getvalue()
