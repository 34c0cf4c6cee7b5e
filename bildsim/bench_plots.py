"""The plots of a sweep, drawn by matplotlib without a display."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from bildsim.bench_options import BenchConfig
from bildsim.errors import RunError
from bildsim.plot_cost import cost_figure
from bildsim.plot_final import final_figure
from bildsim.plot_scores import score_figure
from bildsim.plot_style import DPI, STYLE
from bildsim.plot_time import time_figure
from bildsim.results_table import SCORE, Results

_SCORED = ("w2", "js_kde")


@dataclass(frozen=True)
class Plot:
    """A plot that was written.

    Attributes:
        path: the PNG file.
        title: its heading.
        caption: what it shows.
    """

    path: Path
    title: str
    caption: str


def draw_all(results: Results, config: BenchConfig, directory: Path) -> list[Plot]:
    """Draw all plots; those that an earlier sweep left in the directory are removed.

    Args:
        results: the trials.
        config: the sweep.
        directory: made where it is missing.

    Raises:
        RunError: a file cannot be written.
    """
    try:
        directory.mkdir(exist_ok=True)
        for old in directory.glob("*.png"):
            old.unlink()
        with mpl.rc_context(STYLE):
            return [
                Plot(save(draw(), directory / f"{name}.png"), title, caption)
                for name, title, caption, draw in _figures(results, config)
            ]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RunError(f"{directory} cannot be written: {reason}") from error


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, whole as soon as it has its name."""
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=DPI, format="png")
    part = path.with_name(path.name + ".part")
    # A palette makes the file, and with it the report, a third of the size.
    Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        part, format="png", optimize=True
    )
    part.replace(path)
    return path


def _figures(
    results: Results, config: BenchConfig
) -> Iterator[tuple[str, str, str, Callable[[], Figure]]]:
    """Name, title, caption and drawing of every figure of which there is something to draw."""
    if not any(trial.result["status"] == "done" for trial in results.trials):
        return
    for judge in _SCORED:
        if SCORE + judge in results.columns:
            yield (
                f"score_{judge}",
                f"Score by {judge}",
                "Median and quartiles over the seeds: 0 is what random draws from the target "
                "get, 1 the best known placement. Values beyond the axis are written out.",
                lambda judge=judge: score_figure(results, config, judge),  # type: ignore[misc]
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
