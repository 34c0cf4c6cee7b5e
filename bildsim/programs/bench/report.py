"""The report of a comparison: a page with tables and figures that goes beside a paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from bildsim.programs.bench.costs import cost_table, knowledge_table
from bildsim.programs.bench.findings import against_reference, few_seeds, headline, what_was_run
from bildsim.programs.bench.origin import facts, failures, meanings
from bildsim.programs.bench.paired import counted, paired_by_start
from bildsim.programs.bench.tables import (
    BY_TARGET,
    quality_tables,
    target_table,
)
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.plots.files import Plot
from bildsim.programs.supplement.origin import command
from bildsim.programs.supplement.page import Page, Section
from bildsim.programs.sweep.comparisons import COMPARED, Comparison
from bildsim.programs.sweep.config import PROGRAM, BenchConfig
from bildsim.programs.sweep.results import Results


def report(
    results: Results, config: BenchConfig, plots: Sequence[Plot], compared: Sequence[Comparison]
) -> Page:
    """Return the page of a comparison.

    Args:
        results: the trials.
        config: what was run.
        plots: what was drawn of them.
        compared: the paired tests over the seeds.
    """
    abstract = (
        what_was_run(len(results.trials), len(results.failed), config),
        headline(results, config),
        against_reference(compared, config),
    )
    return Page(
        title=f"Comparison of {len(config.planner_names)} planners for density control of a swarm",
        abstract=[sentence for sentence in abstract if sentence],
        sections=list(_sections(results, config, plots, compared)),
        command=command(PROGRAM, config),
        settings=to_toml(config),
        warnings=[sentence for sentence in (few_seeds(config),) if sentence],
        facts=facts([results], config),
        meanings=meanings([results]),
    )


def _sections(
    results: Results, config: BenchConfig, plots: Sequence[Plot], compared: Sequence[Comparison]
) -> Iterable[Section]:
    drawn: dict[str, list[Plot]] = {}
    for plot in plots:
        drawn.setdefault(plot.path.stem.partition("_")[0], []).append(plot)
    starts = config.start_names
    yield Section(
        "results",
        "Results",
        (
            "Every planner is measured by where its robots are at the end. w2 is the optimal "
            "transport distance between robots and target, js_kde the Jensen-Shannon divergence of "
            "a kernel density of the robots, kl_fit the KL divergence of the fitted density, which "
            "BILD-MACRO itself descends. A target that moves is measured where it is at the end.",
        ),
        [*quality_tables(results, config), *drawn.get("score", [])],
    )
    yield Section("knowledge", "What a planner must know", parts=[knowledge_table(config)])
    if compared:
        count = counted(compared, config)
        tables = [
            paired_by_start(compared, config, start, metric)
            for metric, start in product(COMPARED, starts)
        ]
        yield Section(
            "paired",
            "Differences between planners",
            (
                "Results with the same seed make a pair. tables/paired_tests.csv has all figures, "
                "also those of the signed-rank test, which assumes no normal distribution.",
            ),
            tables if count is None else [count, *tables],
        )
    yield Section(
        "targets",
        "By target and start",
        parts=[
            target_table(results, config, start, column)
            for start, column in product(starts, BY_TARGET)
            if results.has(column)
        ],
    )
    costs = [cost_table(results, config, start) for start in starts]
    yield Section("cost", "What it costs", parts=[*drawn.get("cost", []), *costs])
    if "time" in drawn:
        yield Section("time", "Over time", parts=drawn["time"])
    if "final" in drawn:
        yield Section("final", "Where the robots ended", parts=drawn["final"])
    yield from failures([results], config)
