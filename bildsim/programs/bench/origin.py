"""Where a report is from: trials that failed, time that was spent, and what columns mean."""

from __future__ import annotations

from collections.abc import Sequence

from bildsim.programs.bench.tables import labels
from bildsim.programs.supplement.page import Section
from bildsim.programs.supplement.table import Cell, Column, Row, Table
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, SETTLING, Group, Results
from bildsim.simulation.measurements import COLUMNS


def failures(results: Sequence[Results], config: BenchConfig) -> list[Section]:
    """Return a section on the trials that failed, those that failed alike in one row; or none."""
    alike: dict[tuple[Group, str], list[str]] = {}
    for trial in (trial for found in results for trial in found.failed):
        run = trial.config
        group = (run.planner, run.target, run.swarm.start)
        alike.setdefault((group, trial.result["reason"]), []).append(str(run.seed))
    if not alike:
        return []
    columns = [Column("target"), Column("start"), Column("seeds"), Column("reason")]
    named = labels(config)
    rows = [
        Row(
            named[group[0]],
            [Cell(words=word) for word in (group[1], group[2], ", ".join(seeds), reason)],
        )
        for (group, reason), seeds in alike.items()
    ]
    caption = "Trials that failed, and why. They count in no median."
    table = Table("failed", caption, "planner", columns, rows)
    return [Section("failed", "Failed trials", parts=[table])]


def facts(results: Sequence[Results], config: BenchConfig) -> list[tuple[str, str]]:
    """Return what was spent, and what files targets were read from."""
    trials = [trial for found in results for trial in found.trials]
    spent = sum(trial.result["wall"]["total_s"] for trial in trials)
    found = [
        (
            "Computing time",
            f"{_duration(spent)} for {len(trials)} trials, one after another on one core each, on "
            "the machines that ran them",
        )
    ]
    found += [("Target", item.source) for item in config.listed_targets.values() if item.source]
    return found


def _duration(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60.0)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def meanings(results: Sequence[Results]) -> list[tuple[str, str]]:
    """Return what each column of results.csv means."""
    own = {
        "kl_floor": "least kl_fit that the density family allows for the target (nats)",
        **{
            column: f"time from which on {metric} stays below its threshold (s), as in "
            "bildsim.metrics.reference_scores"
            for metric, column in SETTLING.items()
        },
        **{
            SCORE + metric: f"(random draws - {metric}) / (random draws - best known placement)"
            for metric in COLUMNS
        },
    }
    known = {**COLUMNS, **own}
    columns = dict.fromkeys(name for found in results for name in found.columns)
    return [(name, known[name]) for name in columns]
