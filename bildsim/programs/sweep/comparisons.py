"""Every planner of a sweep against one of them, by paired tests over the seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from bildsim.controllers.registry import BILD_MACRO
from bildsim.programs.sweep.results import SCORE, Results, Table
from bildsim.programs.sweep.statistics import (
    FEWEST_SEEDS,
    LEVEL,
    Paired,
    comparable,
    holm,
    paired,
)

COMPARED = ("w2", "kl_fit")
"""What is compared: less of it is better."""


class Verdict(Enum):
    """What a test says of a planner beside the reference."""

    BETTER = "better"
    WORSE = "worse"
    ALIKE = "not told apart"
    TOO_FEW = "too few seeds"


@dataclass(frozen=True)
class Comparison:
    """One planner against the reference, from one start with one target.

    Attributes:
        planner: who is compared.
        target: with which target.
        start: from where.
        metric: by what.
        test: of the differences over the seeds, the planner's less the reference's.
        t_holm: p of the t test, adjusted for the number of planners compared in this case.
        rank_holm: that of the signed-rank test.
    """

    planner: str
    target: str
    start: str
    metric: str
    test: Paired
    t_holm: float
    rank_holm: float

    @property
    def verdict(self) -> Verdict:
        """Say which is better, by the adjusted t test at 5 %."""
        if self.test.pairs < FEWEST_SEEDS:
            return Verdict.TOO_FEW
        if not self.t_holm < LEVEL:
            return Verdict.ALIKE
        return Verdict.BETTER if self.test.mean < 0.0 else Verdict.WORSE


def reference_planner(planners: Sequence[str]) -> str:
    """Return who the others are compared with: BILD-MACRO, or else the first."""
    return BILD_MACRO if BILD_MACRO in planners else planners[0]


def comparisons(
    results: Results,
    planners: Sequence[str],
    places: Sequence[tuple[str, str]],
    metrics: Sequence[str] = COMPARED,
) -> list[Comparison]:
    """Compare every planner with the reference in every case that there are results of.

    Args:
        results: the trials.
        planners: who took part.
        places: the cases, target and start.
        metrics: what to compare by.
    """
    return [
        found
        for metric in metrics
        for target, start in places
        for found in _case(results, planners, (target, start), metric)
    ]


def _case(
    results: Results, planners: Sequence[str], place: tuple[str, str], metric: str
) -> Iterator[Comparison]:
    reference = reference_planner(planners)
    base = results.by_seed(metric, (reference, *place))
    tests: dict[str, Paired] = {}
    for planner in planners:
        own = results.by_seed(metric, (planner, *place))
        pairs = [own[seed] - base[seed] for seed in sorted(own.keys() & base.keys())]
        finite = np.array([value for value in pairs if np.isfinite(value)], dtype=np.float64)
        if planner != reference and finite.size:
            tests[planner] = paired(finite)
    t_holm = holm([test.t_p for test in tests.values()])
    rank_holm = holm([test.rank_p for test in tests.values()])
    for (planner, test), t_p, rank_p in zip(tests.items(), t_holm, rank_holm, strict=True):
        yield Comparison(planner, *place, metric, test, t_p, rank_p)


def paired_table(found: Sequence[Comparison], reference: str) -> Table:
    """Return the comparisons for a CSV file, with all their figures."""
    columns = ("planner", "reference", "target", "start", "metric", "pairs", "mean_difference")
    more = ("ci95_low", "ci95_high", "t_p", "t_p_holm", "signed_rank_p", "signed_rank_p_holm")
    rows = [
        {
            **dict(zip(columns[:5], _names(item, reference), strict=True)),
            "pairs": item.test.pairs,
            "mean_difference": item.test.mean,
            "ci95_low": item.test.low,
            "ci95_high": item.test.high,
            "t_p": item.test.t_p,
            "t_p_holm": item.t_holm,
            "signed_rank_p": item.test.rank_p,
            "signed_rank_p_holm": item.rank_holm,
            "verdict": item.verdict.value,
        }
        for item in found
    ]
    return Table((*columns, *more, "verdict"), rows)


def _names(item: Comparison, reference: str) -> tuple[str, ...]:
    return item.planner, reference, item.target, item.start, item.metric


def pooled(results: Results, column: str, planner: str) -> float | None:
    """Return a planner's median over all its trials; None where its starts are not comparable.

    Starts whose medians differ by an order of magnitude make a median over all of them a figure of
    none: see `bildsim.programs.sweep.statistics.comparable`.
    """
    by_start = starts_of(results, column, planner)
    if not by_start or not comparable(list(by_start.values()), score=column.startswith(SCORE)):
        return None
    spread = results.spread(column, *results.groups_of(planner))
    return None if spread is None else spread.median


def starts_of(results: Results, column: str, planner: str) -> Mapping[str, float]:
    """Return a planner's median by start, over its targets and seeds, where it has one."""
    groups = results.groups_of(planner)
    found = {}
    for start in dict.fromkeys(group[2] for group in groups):
        spread = results.spread(column, *(group for group in groups if group[2] == start))
        if spread is not None:
            found[start] = spread.median
    return found
