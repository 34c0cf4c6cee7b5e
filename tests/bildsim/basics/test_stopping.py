"""Signals raise once, wait for an end that is being made, and insist at the third time."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from bildsim.basics.stopping import (
    Stopped,
    as_stopped,
    finishing,
    going_on,
    quiet_while_importing,
    signals_raise,
)


def send(number=signal.SIGINT):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_raises_and_says_what_it_was(number):
    before = signal.getsignal(number)
    with signals_raise():
        with pytest.raises(Stopped) as stopped:
            send(number)
        assert (stopped.value.number, stopped.value.status) == (number, 128 + number)
    assert signal.getsignal(number) == before


def test_the_second_is_let_pass_and_the_third_raises():
    with signals_raise():
        with pytest.raises(Stopped):
            send()
        send()
        with pytest.raises(Stopped):
            send()


def test_an_end_that_is_being_made_comes_first():
    done = []

    def end():
        with finishing():
            send(signal.SIGTERM)
            with finishing():
                send()
            done.append("all")

    with signals_raise(), pytest.raises(Stopped, match="SIGTERM"):
        end()
    assert done == ["all"]


def test_the_third_breaks_an_end_that_hangs():
    sent = []

    def hang():
        with finishing():
            for count in range(5):
                sent.append(count)
                send()

    with signals_raise(), pytest.raises(Stopped):
        hang()
    assert sent == [0, 1, 2]


def test_after_the_first_an_end_is_made_without_another_word():
    with signals_raise():
        with pytest.raises(Stopped):
            send()
        with finishing():
            send()


def test_after_the_last_block_nothing_is_in_the_way_of_the_end():
    before = signal.getsignal(signal.SIGTERM)
    try:
        with signals_raise(last=True):
            pass
        send(signal.SIGTERM)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, before if number != signal.SIGINT else signal.default_int_handler)


def test_what_was_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_raise():
            send(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_threads_and_programs_of_others_are_left_alone():
    with finishing():
        pass
    seen = []

    def work():
        with signals_raise():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


def test_who_is_stopped_hears_the_way_on_of_the_block():
    assert Stopped().way_on == ""
    with pytest.raises(Stopped) as stopped, going_on("again"):
        raise KeyboardInterrupt
    assert (str(stopped.value), stopped.value.way_on) == ("stopped by Ctrl-C", "again")
    with pytest.raises(ZeroDivisionError), going_on("again"):
        raise ZeroDivisionError


def test_pythons_own_error_is_ctrl_c():
    assert as_stopped(KeyboardInterrupt()).status == 130
    stopped = Stopped(signal.SIGTERM)
    assert as_stopped(stopped) is stopped


def test_only_programs_of_ours_are_quiet_while_they_import(monkeypatch):
    for arguments, of_python in (
        (["-m"], ["python"]),
        (["-m"], ["python", "-m", "pytest"]),
        (["-m"], ["python", "-m"]),
        (["x"], ["python", "x", "-m", "bildsim.run"]),
        ([], ["python"]),
    ):
        quiet_while_importing(arguments, of_python)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("-m", "bildsim.run", "--robots", "3"), "bildsim.run"),
        (("-m", "bildsim", "run"), "bildsim run"),
        (("bin/bildsim", "bench", "--out", "x"), "bildsim bench"),
        (("bin/bildsim", "--help"), "bildsim"),
    ],
)
def test_ctrl_c_during_imports_ends_quietly(tmp_path, environment, words, name):
    # A module that everything imports, and in which the signal comes.
    (tmp_path / "gymnasium.py").write_text("print('here', flush=True)\nimport time; time.sleep(60)")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bildsim").write_text("import bildsim.command")
    path = f"{tmp_path}{os.pathsep}{environment['PYTHONPATH']}"
    child = subprocess.Popen(
        [sys.executable, *words],
        env={**environment, "PYTHONPATH": path},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "here\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, f"{name}: stopped by Ctrl-C\n")
