"""The trials of a comparison, here and in other processes."""

import threading

import numpy as np
import pytest

from bildsim.api.result import Result
from bildsim.api.trials import Failure, Job, Trial, do, do_packed, finals, outcomes, thinned, tried
from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.reference.static import Static
from tests.bildsim.api.small import SMALL

GIVEN = {name: value for name, value in SMALL.items() if name != "progress"} | {"robots": 3}


def job(**given):
    return Job(Trial("it", "gmm3", "uniform", 0, None), GIVEN | given, None, None, True)


def run(*jobs, processes=1):
    counts = []
    found = outcomes(
        jobs, processes, shown=False, show=lambda done, failed: counts.append((done, failed))
    )
    return found, counts


class Failing(Static):
    def plan(self, state, observation):
        raise SystemExit("I am off")


class Locked(Static):
    lock = threading.Lock()


def test_each_is_done_in_order_and_counted():
    found, counts = run(job(seed=1), job(planner=lambda p: Failing(p)), job(seed=2))
    assert [isinstance(item, Result) for item in found] == [True, False, True]
    assert (found[0].config.seed, found[2].config.seed) == (1, 2)
    assert counts == [(1, 0), (2, 1), (3, 1)]


def test_processes_give_the_same_as_this_one():
    # A class of a test is as one of a notebook: it goes to the process with the job.
    jobs = [job(seed=1), job(planner=lambda p: Failing(p)), job(planner=lambda p: Static(p))]
    here, _ = run(*jobs)
    there, _ = run(*jobs, processes=2)
    for one, other in zip(here, there, strict=True):
        assert type(one) is type(other)
    np.testing.assert_array_equal(here[0].trajectory.pose, there[0].trajectory.pose)
    assert here[0].rows == there[0].rows
    assert there[1].reason == "the planner lambda failed at 0.0 s (tick 0): SystemExit: I am off"


def test_what_cannot_be_sent_is_done_here():
    lock = threading.Lock()

    def make(problem):
        assert not lock.locked()
        return Static(problem)

    found, _ = run(job(planner=make), job(planner=make, seed=1), processes=2)
    assert all(isinstance(item, Result) for item in found)


def test_wrong_input_is_told_from_what_failed():
    wrong = do(job(start="nowhere"))
    assert isinstance(wrong, Failure)
    assert isinstance(wrong.error, UsageError)
    failed = do(job(planner=Failing))
    assert failed.error is None
    assert "SystemExit: I am off" in failed.reason


def test_what_cannot_be_unpacked_fails_with_a_reason():
    assert do_packed(b"nothing").reason.startswith("it cannot be had in another process: ")


def test_an_option_that_is_unknown_is_no_outcome():
    with pytest.raises(UsageError, match="los is no option"):
        run(job(los=1))


def test_a_thinned_result_has_two_ticks_and_all_rows(small):
    found = thinned(small)
    assert len(found.trajectory) == 2
    assert found.rows == small.rows
    np.testing.assert_array_equal(found.positions(), small.positions())


def test_finals_have_what_the_summary_knows(small):
    trial = tried(job(), small)
    values = finals(trial)
    assert values["w2"] == small.w2[-1]
    assert values["planner_ms"] == small.summary["planner_ms_a_robot"]
    assert finals(tried(job(), Failure("no"))) == {}
