"""What the tests of the program share: calling it, here or in a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest
from threadpoolctl import threadpool_limits

from bildsim.numerics.threads import thread_count
from bildsim.programs.config.ending import run_program
from bildsim.programs.run.main import main

ROOT = Path(__file__).resolve().parents[1]
RUN = (sys.executable, "-m", "bildsim.run")


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Keep BLAS and OpenCV from waking threads for little work, as the program does.

    Some tests fork, and a child waits for ever for threads of OpenCV's that it does not have.
    """
    cv2.setNumThreads(1)
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(autouse=True, scope="session")
def _a_home_of_its_own(tmp_path_factory):
    """Keep what programs keep for their user out of the data of who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_ASKED = {name: os.environ.get(name) for name in _THREADS}


def _ask_for_threads_as_before():
    """Take back what benchmarks, as they are loaded, say of threads: it is meant for them alone."""
    for name, value in _ASKED.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    # Who asked meanwhile has been told what they said.
    thread_count.cache_clear()


def pytest_collection_finish():
    _ask_for_threads_as_before()


@pytest.fixture(autouse=True)
def _threads():
    yield
    _ask_for_threads_as_before()


@dataclass(frozen=True)
class Ended:
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def program(tmp_path, monkeypatch, capsys):
    """Call the program in this process, in an empty directory: program("--robots", "8")."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["bildsim.run", *map(str, arguments)])
        status = run_program("bildsim.run", main)
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def environment():
    """Variables for a child process, with which it finds the packages from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def process(tmp_path, environment):
    """Call the program in a process of its own, in an empty directory."""

    def call(*arguments, command=RUN, **variables):
        ended = subprocess.run(
            [*command, *map(str, arguments)],
            cwd=tmp_path,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return call


GUEST = """
class Guest:
    def __init__(self, problem):
        self.problem = problem
        if problem.max_step > 1:
            raise ZeroDivisionError("no room")

    def init(self, observation, rng): ...
    def plan(self, state, observation): ...
    def report(self, state): ...
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installed package with planners ``guest`` and, in vain, ``cvt``."""
    (tmp_path / "guest_house.py").write_text(GUEST, encoding="utf-8")
    about = tmp_path / "guest_house-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: guest-house\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[bildsim.planners]\nguest = guest_house:Guest\ncvt = guest_house:Guest\n"
        "gone = guest_house:Gone\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
