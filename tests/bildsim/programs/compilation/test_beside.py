"""Functions that copies of this process call."""

import os
import signal
import sys
import threading
from functools import partial

import pytest

from bildsim.programs.compilation.beside import called_beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no copies elsewhere")


@pytest.fixture
def calls(tmp_path):
    """Return functions that leave a file of their name, in which is which process they were in."""

    def leave(name):
        (tmp_path / name).write_text(str(os.getpid()))

    return {name: partial(leave, name) for name in "abcd"}


def test_each_is_called_once_in_another_process(calls, tmp_path):
    assert sorted(called_beside("abcd", calls, 2)) == list("abcd")
    processes = {(tmp_path / name).read_text() for name in "abcd"}
    assert str(os.getpid()) not in processes
    assert 1 <= len(processes) <= 2


@pytest.mark.parametrize("dies", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: 1 / 0])
def test_a_copy_that_dies_takes_its_function_with_it(calls, dies, capfd):
    assert sorted(called_beside("abcd", calls | {"b": dies}, 2)) == list("acd")
    assert capfd.readouterr() == ("", "")


def test_all_copies_may_die(calls):
    assert list(called_beside("ab", dict.fromkeys("ab", lambda: 1 / 0), 2)) == []


def test_who_stops_leaves_nobody_behind(calls, monkeypatch):
    copies = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: copies.append(fork()) or copies[-1])
    wait = threading.Event().wait
    found = called_beside("abc", calls | {"b": wait, "c": wait}, 3)
    assert next(found) == "a"
    found.close()
    assert len(copies) == 3
    for copy in copies:
        with pytest.raises(ChildProcessError):
            os.waitpid(copy, os.WNOHANG)


def test_one_core_or_another_system_is_left_alone(calls, tmp_path, monkeypatch):
    assert list(called_beside("abcd", calls, 1)) == list(called_beside("a", calls, 4)) == []
    monkeypatch.setattr(sys, "platform", "win32")
    assert list(called_beside("abcd", calls, 2)) == []
    assert not list(tmp_path.iterdir())
