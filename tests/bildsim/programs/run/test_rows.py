"""Rows of metrics: measured beside the run, whole and in their order."""

import threading

import pytest

from bildsim.basics.errors import RunError
from bildsim.basics.time_budget import TimeBudget
from bildsim.programs.run.rows import Rows


class Begun:
    """A row that takes until it is let go on."""

    def __init__(self, time_s, gate):
        self.time_s, self.gate = time_s, gate

    def complete(self):
        self.gate.wait(20.0)
        if self.time_s < 0.0:
            raise RunError("w2 cannot be computed")
        return {"time_s": self.time_s}


class Measuring:
    """Stands in for measurements."""

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()

    def begin_row(self, tick):
        return Begun(tick.time_s, self.gate)


class Tick:
    def __init__(self, time_s):
        self.time_s = time_s


@pytest.fixture
def measuring():
    return Measuring()


@pytest.fixture
def written():
    return []


@pytest.fixture
def rows(measuring, written):
    rows = Rows(measuring, written.append, TimeBudget())
    yield rows
    measuring.gate.set()
    rows.close()


def test_rows_are_written_in_their_order(rows, written):
    for time_s in range(20):
        rows.measure(Tick(time_s))
    rows.finish()
    assert [row["time_s"] for row in written] == list(range(20))
    assert rows.last == {"time_s": 19}


def test_a_run_does_not_wait_for_its_rows(rows, measuring, written):
    measuring.gate.clear()
    for time_s in range(4):
        rows.measure(Tick(time_s))
    assert written == []
    measuring.gate.set()
    rows.finish()
    assert len(written) == 4


def test_the_last_tick_is_measured_once(rows, written):
    rows.measure(Tick(1.0))
    rows.finish(Tick(1.0))
    rows.finish(Tick(1.0))
    assert len(written) == 1
    rows.finish(Tick(1.1))
    assert rows.last == {"time_s": 1.1}


def test_a_row_that_was_restored_is_not_written_again(rows, written):
    rows.restore({"time_s": 2.0})
    rows.finish(Tick(2.0))
    assert written == []
    assert rows.last == {"time_s": 2.0}


def test_a_row_that_cannot_be_measured_stops_the_run(rows):
    with pytest.raises(RunError, match="w2"):
        rows.finish(Tick(-1.0))
