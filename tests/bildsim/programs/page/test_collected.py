"""What a page needs of a run: rows as columns, and stills of some moments and the end."""

import numpy as np
import pytest

from bildsim.programs.page.collected import RunPage, columns, columns_of_file
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

SMALL = RunConfig(planner="static", duration=4.0, swarm=SwarmSettings(robots=5, dynamics="ideal"))


def watched(until=None, skipped=0):
    simulation = Simulation(SMALL)
    page = RunPage(simulation)
    for number, tick in enumerate(simulation.ticks()):
        if number >= skipped:
            page.show(tick)
        if number == until:
            break
    return page


def test_some_moments_and_the_end_are_kept():
    times = [still.time_s for still in watched().stills]
    assert times == pytest.approx([0.0, 0.2, 1.0, 4.0])


def test_a_run_that_is_cut_short_has_its_last_tick():
    assert [still.time_s for still in watched(until=5).stills] == pytest.approx([0.0, 0.2, 0.5])
    assert [still.time_s for still in watched(until=2).stills] == pytest.approx([0.0, 0.2])
    assert RunPage(Simulation(SMALL)).stills == []


def test_a_run_that_goes_on_begins_in_the_middle():
    assert [still.time_s for still in watched(skipped=15).stills] == pytest.approx([1.5, 4.0])


def test_rows_become_columns():
    found = columns([{"time_s": 0.0, "contacts": 1}, {"time_s": 1.0, "contacts": 2, "w2": 0.5}])
    np.testing.assert_array_equal(found["contacts"], [1.0, 2.0])
    np.testing.assert_array_equal(found["w2"], [np.nan, 0.5])
    assert columns([]) == {}


def test_columns_of_a_file_are_the_same(tmp_path):
    (tmp_path / "metrics.csv").write_text("time_s,kl_estimate\n0.0,\n1.0,0.25\n")
    found = columns_of_file(tmp_path / "metrics.csv")
    np.testing.assert_array_equal(found["kl_estimate"], [np.nan, 0.25])
    (tmp_path / "metrics.csv").write_text("time_s,kl_estimate\n")
    assert columns_of_file(tmp_path / "metrics.csv") == {}
