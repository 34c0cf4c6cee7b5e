"""Tables of paired comparisons: every planner against one, over the seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bildsim.programs.bench.tables import labels, unit_of
from bildsim.programs.supplement.table import Cell, Column, Row, Table
from bildsim.programs.sweep.comparisons import COMPARED, Comparison, Verdict, reference_planner
from bildsim.programs.sweep.config import BenchConfig

_TOLD = (Verdict.BETTER, Verdict.WORSE)
_METHOD = (
    "Differences within pairs of the same seed, with 95 % confidence intervals of their mean "
    "(Student's t). *: the paired t test, with Holm's correction for the number of planners, tells "
    "the two apart at 5 %."
)


def counted(found: Sequence[Comparison], config: BenchConfig) -> Table | None:
    """Return in how many cases each planner is better and worse; None where nothing can be said."""
    if all(item.verdict is Verdict.TOO_FEW for item in found):
        return None
    reference = reference_planner(config.planner_names)
    verdicts = (Verdict.BETTER, Verdict.ALIKE, Verdict.WORSE)
    columns = [
        Column(verdict.value, "cases", group=metric) for metric in COMPARED for verdict in verdicts
    ]
    counts = Counter((item.planner, item.metric, item.verdict) for item in found)
    rows = [
        Row(
            label,
            [
                Cell(float(counts[name, metric, verdict]))
                for metric in COMPARED
                for verdict in verdicts
            ],
        )
        for name, label in labels(config).items()
        if name != reference
    ]
    caption = (
        f"Against {labels(config)[reference]}: in how many cases, each a target and a start, a "
        "planner is better, worse, or not told apart by a paired t test over the seeds at 5 % with "
        "Holm's correction for the number of planners."
    )
    return Table("paired_counts", caption, "planner", columns, rows)


def paired_by_start(
    found: Sequence[Comparison], config: BenchConfig, start: str, metric: str
) -> Table:
    """Return the mean differences from the reference by target, for one start."""
    by_case = {
        (item.planner, item.target): item
        for item in found
        if (item.metric, item.start) == (metric, start)
    }
    reference = reference_planner(config.planner_names)
    group = f"difference in {metric} ({unit_of(metric)}) from {labels(config)[reference]}"
    rows = [
        Row(label, [_cell(by_case.get((name, target))) for target in config.target_names])
        for name, label in labels(config).items()
        if name != reference
    ]
    caption = (
        f"{metric} against {labels(config)[reference]}, start {start}. Below 0 the planner is "
        f"better. {_METHOD}"
    )
    columns = [Column(target, group=group, signed=True) for target in config.target_names]
    name = f"paired_{metric}_{start}"
    return Table(name, caption, "planner", columns, rows, brackets=True)


def _cell(item: Comparison | None) -> Cell:
    if item is None:
        return Cell(words="failed")
    test = item.test
    return Cell(test.mean, test.low, test.high, mark="*" if item.verdict in _TOLD else "")
