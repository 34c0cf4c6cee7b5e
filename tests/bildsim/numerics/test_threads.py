import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import PAPER
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.numerics import threads as parallel
from bildsim.programs.sweep.config import parse_bench
from bildsim.targets.target import named_target


@pytest.fixture
def threads(monkeypatch):
    """Return a function that sets the number of threads for this test."""

    def use(count):
        monkeypatch.setenv("OMP_NUM_THREADS", str(count))
        parallel.thread_count.cache_clear()
        parallel._pool.cache_clear()

    monkeypatch.setattr(parallel, "LEAST_GROUPS", 2)
    yield use
    monkeypatch.undo()
    parallel.thread_count.cache_clear()
    parallel._pool.cache_clear()


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
@pytest.mark.parametrize("count", [0, 1, 8, 15, 16, 17, 100, 1001])
def test_every_robot_is_visited_once(threads, workers, count):
    threads(workers)
    visits = np.zeros(count, dtype=int)

    def visit(first, last):
        visits[first:last] += 1

    parallel.over_robots(count, visit)
    assert (visits == 1).all()


def test_an_error_in_another_thread_is_not_lost(threads):
    threads(2)

    def fail(first, last):
        if first > 0:
            raise ValueError(f"robots {first} to {last}")

    with pytest.raises(ValueError, match="robots 16 to 32"):
        parallel.over_robots(32, fail)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("3", 3),
        ("4,2", 4),
        (" 2 , 1", 2),
        ("0", None),
        ("many", None),
        ("", None),
        ("-1", None),
        ("2.5", None),
        (",2", None),
        ("²", None),
        ("9" * 5000, None),
    ],
)
def test_thread_count_follows_the_environment_where_it_makes_sense(threads, asked, count):
    threads(asked)
    assert parallel.thread_count() == (count or parallel.usable_cores())


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_only_cores_that_this_process_may_use_count():
    words = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from bildsim.numerics.threads import usable_cores; print(usable_cores())"
    )
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True)
    assert said.stdout == "1\n", said.stderr


def test_cores_are_counted_where_the_system_knows_no_affinity(threads, monkeypatch):
    threads("")
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    assert parallel.thread_count() == parallel.usable_cores() >= 1
    assert parse_bench(["--out", "somewhere"]).processes == parallel.usable_cores()


def test_results_do_not_depend_on_the_number_of_threads(threads):
    def run(count):
        threads(count)
        rng = np.random.default_rng(0)
        family = LegendreFamily(4, 0.1)
        positions = rng.uniform(-1.0, 1.0, (45, 2))
        network = build_network(NetworkSpec.parse("er:0.3"), positions, rng)
        target = np.log(named_target("gmm3").on_grid(family.grid))
        algorithm = BildMacro(family, target, PAPER)
        state = algorithm.init(positions, rng.standard_normal((45, family.size)))
        for _ in range(10):
            hypergradient = algorithm.hypergradient(state)
            state = algorithm.advance(state, algorithm.waypoints(state, hypergradient), network, 2)
        return b"".join(array.tobytes() for array in (state.positions, *state.fields))

    alone = run(1)
    assert run(2) == alone
    assert run(5) == alone


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_has_threads_of_its_own(threads):
    threads(2)
    visits = np.zeros(100, dtype=int)

    def visit(first, last):
        visits[first:last] += 1

    parallel.over_robots(100, visit)
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        parallel.over_robots(100, visit)
        os._exit(0 if (visits == 2).all() else 1)
    assert os.waitpid(child, 0)[1] == 0
