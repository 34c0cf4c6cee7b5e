"""After warming up no run has anything left to compile."""

import os
import subprocess
import sys
from functools import partial

import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs import warm_up

# In a process of its own, where no other test has called the compiled functions.
RUNS = """
import sys

from numba.core.registry import CPUDispatcher

from bildsim.programs import warm_up
from bildsim.run import main


def compiled():
    found = [value for module in list(sys.modules.values()) for value in vars(module).values()]
    dispatchers = [value for value in found if isinstance(value, CPUDispatcher)]
    return {str((each, kinds)) for each in dispatchers for kinds in each.signatures}


for job in warm_up.JOBS:
    job()
before = compiled()
assert before
for line in (
    "--safety orca --planner hypergradient",
    "--safety cbf --dynamics kinematic --solver cg",
    "--dynamics ideal --solver neumann --order 4 --target ring",
    "--dynamics ideal --preset wasserstein",
    "--dynamics ideal --consensus admm --loss 0.3 --message-bits 16",
    "--dynamics ideal --consensus push-sum --loss 0.3",
    "--dynamics ideal --link-delay 2",
):
    main([*line.split(), *"--robots 6 --duration 0.2 --metrics-period 0.1 --quiet".split()])
print(*sorted(compiled() - before), sep="\\n", end="")
"""


def test_nothing_is_left_to_compile():
    said = subprocess.run([sys.executable, "-c", RUNS], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, ""), said.stdout + said.stderr


def test_jobs_are_done_in_processes_and_their_errors_are_seen(monkeypatch):
    monkeypatch.setattr(warm_up, "JOBS", (os.getpid,))
    assert warm_up.main([]) == 0
    monkeypatch.setattr(warm_up, "JOBS", (partial(int, "none"), os.getpid))
    with pytest.raises(RunError, match=r"could not be compiled: ValueError: .*none"):
        warm_up.main([])


def test_jobs_are_done_here_where_no_processes_can_be_made(monkeypatch):
    done = []
    monkeypatch.setattr(warm_up, "JOBS", (lambda: done.append(os.getpid()),) * 2)
    monkeypatch.setattr(warm_up, "lacks_semaphores", lambda: True)
    assert warm_up.main([]) == 0
    assert done == [os.getpid()] * 2


def test_there_are_no_options():
    with pytest.raises(UsageError, match="unknown options: --robots"):
        warm_up.main(["--robots"])
