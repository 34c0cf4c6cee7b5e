"""What a sweep prints at its end."""

import io
from pathlib import Path

from rich.console import Console

from bildsim.programs.bench.terminal import print_by_value, print_files, print_medians
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.variables import Sweep
from tests.bildsim.programs.made_trials import BENCH, results


def printed(show, *arguments):
    console = Console(width=140, file=io.StringIO(), record=True)
    show(*arguments, console)
    return console.export_text()


def row(text, planner):
    (line,) = [line for line in text.splitlines() if line.startswith(planner)]
    return line.split()[1:]


def far_from_a_corner():
    found = results()
    for trial in found.trials:
        if trial.config.swarm.start == "corner":
            trial.result["final"]["w2"] = 9.0
    return Results(found.trials)


def test_a_row_a_planner_with_medians_by_start_and_over_all():
    said = printed(print_medians, results(), BENCH)
    assert row(said, "bild-macro") == ["12", "0", *["0.725"] * 3, "1.000", "0.210", "0.250"]
    assert "w2 (m) ↓" in said
    assert "—" not in said


def test_starts_that_differ_by_an_order_are_not_pooled_and_it_says_why():
    said = printed(print_medians, far_from_a_corner(), BENCH)
    assert row(said, "bild-macro")[4:7] == ["—", "1.000", "—"]
    assert "—: starts differ by an order of magnitude" in said


def test_who_failed_altogether_has_no_figures():
    failing = {("static", seed) for seed in range(3)}
    assert row(printed(print_medians, results(failing=failing), BENCH), "static") == ["12", "12"]


def test_by_value():
    sweep = Sweep.parse("loss=0,.4")
    by_value = {0.0: results(), 0.4: far_from_a_corner()}
    said = printed(print_by_value, by_value, sweep, "w2", BENCH)
    assert "w2 (m) ↓ by share of messages lost" in said
    assert row(said, "bild-macro") == ["0.210", "—"]
    assert "order of magnitude" in said


def test_it_says_where_to_look():
    said = printed(print_files, Path("sweep"))
    for name in ("report.html", "results.csv", "tables", "plots"):
        assert name in said
