"""Kernels are ready before a run needs them, whatever becomes of the processes that compile."""

import io
import os
import subprocess
import sys

import numba
import pytest
from rich.console import Console

from bildsim.basics.errors import UsageError
from bildsim.programs.compilation import ready

LINE = "--robots 3 --duration 0.1 --dynamics ideal --planner static"


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
    assert console.file.getvalue() == "compiling for this machine, once\n"


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


@pytest.mark.slow
def test_a_first_run_says_one_line_and_a_second_one_none(tmp_path):
    words = [sys.executable, "-m", "bildsim.run", *LINE.split()]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    first, second = (
        subprocess.run(words, capture_output=True, text=True, env=environment) for _ in range(2)
    )
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stderr.startswith("compiling for this machine, once\n")
    assert "compiling" not in second.stderr


@pytest.mark.slow
def test_a_name_that_does_not_exist_is_refused_before_anything_is_compiled(tmp_path):
    words = [sys.executable, "-m", "bildsim.run", "--planner", "nobody"]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    said = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert not list(tmp_path.rglob("*.nbi"))
