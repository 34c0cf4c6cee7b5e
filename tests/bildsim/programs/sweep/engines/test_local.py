"""Work done by processes of this machine, some of which die."""

import os
import sys
from pathlib import Path

import pytest

from bildsim.programs.sweep.engines.base import MOST_DEATHS, Lost, Task
from bildsim.programs.sweep.engines.local import LocalEngine
from bildsim.programs.sweep.engines.worker import ONE_THREAD


@pytest.fixture
def faulty(monkeypatch):
    """The module of faulty work, importable here and in the workers."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[3]))
    import faulty

    yield faulty
    sys.modules.pop("faulty", None)


def results(tasks, processes=2):
    with LocalEngine(processes) as engine:
        return {task.identity: found for task, found in engine.results(tasks)}


def test_all_is_done_though_workers_die_and_work_fails(faulty, tmp_path):
    good = [Task(f"good {k}", faulty.square, k) for k in range(6)]
    bad = [
        Task("dies once", faulty.die_once, str(tmp_path / "died")),
        Task("dies", faulty.die, None),
        Task("fails", faulty.fail, 5),
    ]
    found = results([*good[:2], *bad, *good[2:]])
    assert {name: found.pop(f"good {k}") for k, name in enumerate("abcdef")} == {
        name: k * k for k, name in enumerate("abcdef")
    }
    assert found.pop("dies once") == "survived"
    assert found.pop("fails") == Lost("ValueError: not 5")
    lost = found.pop("dies")
    assert f"died {MOST_DEATHS} times" in lost.reason
    assert "SIGKILL" in lost.reason
    assert not found


def test_a_worker_is_alone_on_its_core():
    with LocalEngine(1) as engine:
        tasks = [Task(name, os.getenv, name) for name in ONE_THREAD]
        found = {task.identity: value for task, value in engine.results(tasks)}
    assert found == dict.fromkeys(ONE_THREAD, "1")


def test_nothing_to_do():
    assert results([]) == {}
