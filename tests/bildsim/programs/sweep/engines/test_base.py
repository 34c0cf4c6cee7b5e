"""Tasks as any process takes them."""

import pickle
from math import sqrt

import pytest

from bildsim.programs.sweep.engines.base import MOST_DEATHS, Engine, Lost, Task
from bildsim.programs.sweep.engines.local import LocalEngine


def test_a_task_travels_to_another_process():
    task = pickle.loads(pickle.dumps(Task("root of 9", sqrt, 9.0)))
    assert task.identity == "root of 9"
    assert task.work(task.argument) == 3.0


def test_what_no_worker_survived_says_why():
    assert Lost("killed").reason == "killed"
    assert Lost("killed") == Lost("killed")
    assert MOST_DEATHS > 1, "one death may be the machine's"


class Closing(Engine):
    closed = False

    def results(self, tasks):
        raise OSError("gone")

    def close(self):
        self.closed = True


def test_an_engine_is_closed_at_the_end_also_after_an_error():
    engine = Closing()
    with pytest.raises(OSError, match="gone"), engine:
        engine.results([])
    assert engine.closed


def test_an_engine_gives_every_task_back_with_its_result():
    tasks = [Task(str(k), sqrt, float(k * k)) for k in range(4)]
    with LocalEngine(1) as engine:
        found = {task.identity: result for task, result in engine.results(tasks)}
    assert found == {str(k): float(k) for k in range(4)}
