"""The plots of a benchmark."""

from __future__ import annotations

from collections.abc import Iterator

from bildsim.programs.plots.cost import cost_figure
from bildsim.programs.plots.files import Drawing
from bildsim.programs.plots.final import final_figure
from bildsim.programs.plots.over_time import time_figure
from bildsim.programs.plots.scores import score_figure
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import SCORE, Results

_SCORED = ("w2", "js_kde")


def drawings(results: Results, config: BenchConfig) -> Iterator[Drawing]:
    """Yield every figure of which there is something to draw."""
    if not any(trial.result["status"] == "done" for trial in results.trials):
        return
    for metric in _SCORED:
        if SCORE + metric in results.columns:
            yield (
                f"score_{metric}",
                f"Score by {metric}",
                "Median and quartiles over the seeds: 0 is what random draws from the target "
                "get, 1 the best known placement. Values beyond the axis are written out.",
                lambda metric=metric: score_figure(results, config, metric),  # type: ignore[misc]
            )
    for target in config.target_names:
        yield (
            f"time_{target}",
            f"Over time: {target}",
            "Median over the seeds, with a band between the quartiles. Dashed: the least KL that "
            "the density family allows, and the w2 of the best known placement.",
            lambda target=target: time_figure(results, config, target),  # type: ignore[misc]
        )
    yield (
        "cost",
        "Cost against quality",
        "One mark a planner and start: the median over targets and seeds; bars join the "
        "quartiles. Good is up and to the left; arrows at the ends of the axis stand for scores "
        "beyond it. All robots are computed on one machine; the planner's time is the share of "
        "each.",
        lambda: cost_figure(results, config),
    )
    for start in config.start_names:
        yield (
            f"final_{start}",
            f"Final configurations, start {start}",
            f"The robots of seed {config.seed_numbers[0]} at the end, over the target density; "
            "w2 in metres.",
            lambda start=start: final_figure(results, config, start),  # type: ignore[misc]
        )
