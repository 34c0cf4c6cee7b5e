"""What a sweep over a setting leaves."""

import csv
import io

from bildsim.programs.bench.sweep_report import drawings, report, tables
from bildsim.programs.sweep.variables import Sweep
from tests.bildsim.programs.made_trials import BENCH, results

SWEEP = Sweep.parse("loss=0,.4")
BY_VALUE = {value: results() for value in SWEEP.values}


def test_tables_have_the_value_in_front():
    found = tables(BY_VALUE, SWEEP)
    assert set(found) == {"results.csv", "summary.csv", "timings.csv"}
    rows = list(csv.DictReader(io.StringIO(found["results.csv"].csv())))
    assert len(rows) == 2 * 2 * 2 * 2 * 3
    assert {row["sweep"] for row in rows} == {"loss"}
    assert [row["value"] for row in rows[:24]] == ["0.0"] * 24


def test_plots_by_target_and_over_time_for_each_value():
    names = [name for name, *_ in drawings(BY_VALUE, SWEEP, BENCH)]
    assert names == [
        *("degradation_ring", "degradation_gmm3", "time_loss_0_ring", "time_loss_0_gmm3"),
        *("time_loss_0.4_ring", "time_loss_0.4_gmm3"),
    ]
    assert all(draw().axes for *_, draw in drawings(BY_VALUE, SWEEP, BENCH))


def test_the_report_names_the_setting_and_its_values():
    page = report(BY_VALUE, SWEEP, BENCH, [])
    assert "loss" in page
    assert "0.4" in page
