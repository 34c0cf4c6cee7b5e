"""What a sweep over a setting leaves."""

import csv
import io
from dataclasses import replace

from bildsim.programs.bench.sweep_report import compared, drawings, paired, report, tables
from bildsim.programs.supplement.page import rendered, table_files
from bildsim.programs.sweep.variables import Sweep
from tests.bildsim.programs.made_trials import BENCH, results
from tests.pages import seen_at

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


def test_the_report_names_the_setting_and_its_values(tmp_path):
    page = report(BY_VALUE, SWEEP, BENCH, [], compared(BY_VALUE, BENCH))
    text = rendered(page)
    assert "2 values of loss, share of messages lost: 0, 0.4." in text
    assert "At loss 0.4: " in text
    assert {"w2_ring_corner.tex", "kl_fit_gmm3_uniform.csv"} <= set(table_files(page.sections))
    path = tmp_path / "report.html"
    path.write_text(text, encoding="utf-8")
    assert [found.faults for found in seen_at(path, 1280, 390).values()] == [[], []]


def test_comparisons_are_counted_by_value_where_seeds_are_enough():
    bench = replace(BENCH, seeds="0:6")
    by_value = {value: results(bench) for value in SWEEP.values}
    tests = compared(by_value, bench)
    page = report(by_value, SWEEP, bench, [], tests)
    (section,) = [section for section in page.sections if section.anchor == "paired"]
    table = section.parts[0]
    assert table.groups == [("loss 0", 2), ("loss 0.4", 2)]
    assert [cell.text for cell in table.shown[0]] == ["0", "4", "0", "4"]
    rows = list(csv.DictReader(io.StringIO(paired(tests, SWEEP, bench).csv())))
    assert {row["value"] for row in rows} == {"0.0", "0.4"}
