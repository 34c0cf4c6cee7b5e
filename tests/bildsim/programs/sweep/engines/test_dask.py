"""Work done by a Dask cluster: a real scheduler and real worker processes, some of which die."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.sweep.engines.base import Lost, Task

pytest.importorskip("distributed")
from bildsim.programs.sweep.engines import dask as engine_module
from bildsim.programs.sweep.engines.dask import DaskEngine

HERE = Path(__file__).resolve().parents[3]


@pytest.fixture
def dask(tmp_path, environment):
    """Start Dask's programs, found in this process's Python; they are ended with the test."""
    started = []
    paths = os.pathsep.join([environment["PYTHONPATH"], str(HERE)])

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": paths},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def address(dask, tmp_path):
    """A running scheduler's address."""
    file = tmp_path / "scheduler.json"
    dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--scheduler-file", str(file))  # fmt: skip
    return wait_until(lambda: file.exists() and read(file).get("address"))


def read(file):
    try:
        return json.loads(file.read_text())
    except ValueError:
        return {}


def wait_until(condition):
    deadline = time.monotonic() + 60.0
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def workers(dask, address, count):
    line = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    return [dask(*line) for _ in range(count)]


def test_a_worker_that_is_killed_costs_no_result_and_failing_work_is_told(
    dask, address, monkeypatch
):
    monkeypatch.syspath_prepend(str(HERE))
    import faulty

    two = workers(dask, address, 2)
    tasks = [Task(f"square {k}", faulty.slow_square, k) for k in range(30)]
    tasks.append(Task("fails", faulty.fail, 5))
    found = {}
    with DaskEngine.at(address, workers=2, patience_s=60.0) as engine:
        for task, value in engine.results(tasks):
            found[task.identity] = value
            if len(found) == 5:
                two[0].send_signal(signal.SIGKILL)
                assert two[0].wait() == -signal.SIGKILL
    assert found.pop("fails") == Lost("ValueError: not 5")
    assert found == {f"square {k}": k * k for k in range(30)}


@pytest.mark.slow
def test_work_that_ends_its_workers_is_given_up(monkeypatch):
    """In the cluster that the engine starts, whose workers come back."""
    monkeypatch.syspath_prepend(str(HERE))
    import faulty

    with DaskEngine.embedded(1) as engine:
        tasks = [Task("dies", faulty.die, None), Task("good", faulty.square, 3)]
        found = {task.identity: value for task, value in engine.results(tasks)}
    assert found["good"] == 9
    assert "its worker process died" in found["dies"].reason


def test_a_scheduler_without_workers(address):
    with pytest.raises(UsageError, match=f"--scheduler {address} has no workers"):
        DaskEngine.at(address, patience_s=0.5)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "nonsense", "http://host:1", "tcp://host:many", "host:8786"]
)
def test_nothing_answers(address, monkeypatch):
    monkeypatch.setattr(engine_module, "CONNECT_S", 1.0)
    with pytest.raises(UsageError, match=f"--scheduler {address} cannot be reached"):
        DaskEngine.at(address)


@pytest.mark.parametrize("address", ["tls://127.0.0.1:8786", "http://127.0.0.1:80", "ucx://a:1"])
def test_other_protocols_are_refused_at_once(address):
    with pytest.raises(
        UsageError, match=r"cannot be reached: ValueError: its protocol is \w+, and"
    ):
        DaskEngine.at(address)


@pytest.mark.parametrize("answer", [b"", None])
def test_what_is_no_scheduler_is_found_out_soon(monkeypatch, answer):
    """A server that says nothing until it is asked, as of web pages, or that hangs up."""
    monkeypatch.setattr(engine_module, "CONNECT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                if answer is None:
                    connection.recv(1)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(UsageError, match=r"cannot be reached: (TimeoutError|ConnectionError)"):
            DaskEngine.at(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
