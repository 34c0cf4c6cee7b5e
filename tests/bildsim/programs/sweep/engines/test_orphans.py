"""Of a program that is killed while its workers start, none stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# The pool's processes are there, and have not come to their first line.
KILLED = """
import os, signal, time
from bildsim.programs.sweep.engines.base import Task
from bildsim.programs.sweep.engines.local import LocalEngine

engine = LocalEngine(2)
flying = engine._submit(Task("sleeps", time.sleep, 600))
os.kill(os.getpid(), signal.SIGKILL)
"""
PATIENCE_S = 20.0


def of_session(leader):
    """Return the processes of a session that are no zombies: number, name."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, _, _, session, *_ = rest.split()
        if int(session) == leader and state != "Z":
            found.append((path.parent.name, name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux has /proc")
def test_workers_of_a_program_that_was_killed_at_their_start_end(environment):
    program = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        program.wait(60)
        assert program.returncode == -signal.SIGKILL
        assert of_session(program.pid)
        given_up = time.monotonic() + PATIENCE_S
        while of_session(program.pid) and time.monotonic() < given_up:
            time.sleep(0.1)
        assert not of_session(program.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
