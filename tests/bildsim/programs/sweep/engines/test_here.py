"""Tasks without processes, and the systems that need it."""

import multiprocessing.synchronize
import subprocess
import sys
from math import sqrt

import pytest

from bildsim.programs.sweep.engines.base import Lost, Task
from bildsim.programs.sweep.engines.here import EngineHere, lacks_semaphores

# As with a read-only /dev/shm: no semaphore can be made in this process or those it starts.
WITHOUT = """
import sys, _multiprocessing

class SemLock(_multiprocessing.SemLock):
    def __new__(cls, *_):
        raise PermissionError(13, "Permission denied")

_multiprocessing.SemLock = SemLock
from bildsim.programs.config.ending import run_program
from bildsim.programs.bench.main import main
from bildsim.programs.plots import files

# Figures take longer than anything else, and no semaphores.
files.draw_all = lambda *_: []
sys.exit(run_program("bildsim.bench", main))
"""


def bench(out, *words):
    line = "--planners static --targets ring --starts uniform --seeds 0 --robots 5 --duration 0.2"
    line += f" --dynamics ideal --quiet --out {out}"
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *line.split(), *words], capture_output=True, text=True
    )


@pytest.fixture
def worker_environment(monkeypatch):
    """Put back what a worker changes for good."""
    from bildsim.programs.sweep.engines.worker import ONE_THREAD

    for name in ONE_THREAD:
        monkeypatch.setenv(name, "1")


def test_every_task_is_given_back_with_its_result_or_its_error(worker_environment):
    tasks = [Task("four", sqrt, 16.0), Task("none", sqrt, -1.0), Task("two", sqrt, 4.0)]
    with EngineHere() as engine:
        found = {task.identity: result for task, result in engine.results(tasks)}
    assert (found["four"], found["two"]) == (4.0, 2.0)
    assert isinstance(found["none"], Lost)
    assert found["none"].reason.startswith("ValueError: ")


def test_semaphores_are_missed_only_where_none_can_be_made(monkeypatch):
    assert not lacks_semaphores()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing.synchronize._multiprocessing, "SemLock", refuse)
    assert lacks_semaphores()


def test_one_job_needs_no_semaphores(tmp_path):
    ended = bench(tmp_path / "out", "--jobs", "1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "out" / "results.csv").exists()


def test_more_jobs_without_semaphores_are_refused_in_a_sentence(tmp_path):
    ended = bench(tmp_path / "out", "--jobs", "2")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "--jobs 1" in ended.stderr
    assert "/dev/shm" in ended.stderr
    assert not (tmp_path / "out").exists()
