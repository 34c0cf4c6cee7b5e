"""The figures of ``bildsim.reproduce``, drawn by matplotlib without a display."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError, reason_of
from bildsim.controllers.bild_macro.stability import QUIET_NATS, Verdict
from bildsim.programs.plots.style import BLACK, GREY, STYLE
from bildsim.programs.reproduce.history import Snapshot
from bildsim.programs.reproduce.recorded_run import Outcome

# Colours of Okabe and Ito, which the colour-blind can tell apart.
COLOURS = {"paper": "#D55E00", "ours": "#0072B2"}
DPI = 200
NAMES = {"paper": "the paper's constants", "ours": "our constants"}
# Fonts in a PDF as outlines of their own kind, which journals ask for.
_STYLE: Any = STYLE | {"pdf.fonttype": 42}


def save(figure: Figure, directory: Path, name: str) -> None:
    """Write ``name``.png and ``name``.pdf; the same figure gives the same bytes.

    Raises:
        RunError: a file cannot be written.
    """
    try:
        figure.savefig(directory / f"{name}.png", dpi=DPI, metadata={"Software": None})
        figure.savefig(directory / f"{name}.pdf", metadata={"CreationDate": None})
    except OSError as error:
        raise RunError(f"{directory / name} cannot be written: {reason_of(error)}") from error


@mpl.rc_context(_STYLE)
def convergence_figure(runs: Mapping[str, Outcome]) -> Figure:
    """Draw Figure 1: (a) |grad_2 g(x, mean y)| and (b) |x~ - x| against the round, log scale.

    Args:
        runs: what came of each settings' run.
    """
    figure = Figure(figsize=(7.2, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    panels = (
        (left, "gradient_norm", r"(a)  $\|\nabla_2\, g(x^k, \bar y^k)\|$"),
        (right, "displacement_m", r"(b)  $\|\tilde x^k - x^k\|$  (m)"),
    )
    for axes, column, title in panels:
        for name, run in runs.items():
            axes.plot(_rounds(run), run.history.column(column), color=COLOURS[name], lw=0.9)
            _mark_loss(axes, run, COLOURS[name])
        axes.set_yscale("log")
        axes.set_title(title, loc="left")
        axes.set_xlabel("round k")
        axes.set_xlim(0, max(run.rounds for run in runs.values()))
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter("{x:,.0f}")
    _legend(figure, runs)
    return figure


def _rounds(run: Outcome) -> Floats:
    return run.history.column("round")


def _mark_loss(axes: Axes, run: Outcome, colour: str) -> None:
    lost = run.verdict.lost
    if lost is not None:
        axes.axvline(lost, color=colour, lw=0.8, ls=(0, (4, 3)))


def _legend(figure: Figure, runs: Mapping[str, Outcome]) -> None:
    handles = [figure.axes[0].plot([], [], color=COLOURS[name])[0] for name in runs]
    names = [_named(name, run.verdict) for name, run in runs.items()]
    figure.legend(handles, names, loc="outside upper left", ncols=len(names))


def _named(name: str, found: Verdict) -> str:
    lost = "" if found.lost is None else f"; stability lost in round {found.lost:,} (dashed)"
    return NAMES[name] + lost


@mpl.rc_context(_STYLE | {"axes.grid": False})
def snapshot_figure(run: Outcome, target: Floats) -> Figure:
    """Draw Figure 2: robots over (a) the density that the first one learned and (b) the target.

    Args:
        run: what came of a run.
        target: (G, G) p* on the family's grid (1/m^2).
    """
    shots = run.history.snapshots
    figure = Figure(figsize=(1.5 * len(shots) + 0.85, 3.15), layout="constrained")
    rows: Any = figure.subplots(2, len(shots), squeeze=False)
    family = run.loop.algorithm.family
    # A lost estimator may believe in anything: the target sets the scale.
    top = 1.15 * float(target.max())
    for column, shot in enumerate(shots):
        rows[0][column].set_title(f"k = {shot.round:,}")
        _panel(rows[0][column], shot, family.density(shot.y), top)
        image = _panel(rows[1][column], shot, target, top)
    rows[0][0].set_ylabel(r"(a)  learned  $p(\cdot\,; y_1^k)$")
    rows[1][0].set_ylabel(r"(b)  target  $p^*$")
    bar = figure.colorbar(image, ax=np.array(rows), extend="max", shrink=0.9, aspect=30, pad=0.015)
    bar.set_label("density (1/m²)")
    bar.outline.set_linewidth(0.5)
    return figure


def _panel(axes: Axes, shot: Snapshot, density: Floats, top: float) -> AxesImage:
    image = axes.imshow(
        density,
        origin="lower",
        extent=(-1.0, 1.0, -1.0, 1.0),
        vmin=0.0,
        vmax=top,
        cmap="viridis",
        interpolation="bicubic",
    )
    x, y = shot.positions.T
    axes.scatter(x, y, s=5.5, c="white", edgecolors=BLACK, linewidths=0.35, clip_on=False, zorder=3)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return image


@mpl.rc_context(_STYLE)
def stability_figure(runs: Mapping[str, Outcome]) -> Figure:
    """Draw Figure 3: step times curvature against its bound, and what becomes of the swarm.

    Args:
        runs: what came of each settings' run.
    """
    figure = Figure(figsize=(3.7 * len(runs), 5.3), layout="constrained")
    rows: Any = figure.subplots(
        3, len(runs), squeeze=False, sharex="col", sharey="row", height_ratios=(1.25, 1.0, 1.0)
    )
    for column, (name, run) in enumerate(runs.items()):
        upper, middle, lower = (row[column] for row in rows)
        upper.set_title(_heading(name, run.verdict), loc="left")
        _curvature(upper, run, COLOURS[name])
        _unrest(middle, run, COLOURS[name])
        _progress(lower, run, COLOURS[name])
        lower.set_xlabel("round k + 1")
        for axes in (upper, middle, lower):
            axes.set_xscale("log")
            axes.set_xlim(1, run.rounds + 1)
            _mark_events(axes, run.verdict)
    # The start may be far above: what matters happens around the bounds.
    rows[0][0].set_ylim(0.0, 1.15 * max(run.bound for run in runs.values()))
    rows[1][0].set_yscale("log")
    rows[2][0].set_yscale("log")
    for row in rows:
        row[-1].legend(
            loc="best", handlelength=1.6, fontsize=7, frameon=True, framealpha=0.8, edgecolor="none"
        )
    rows[0][0].set_ylabel("step × curvature")
    rows[1][0].set_ylabel("largest KL of a\nrobot's density (nats)")
    rows[2][0].set_ylabel("KL to the target\n(nats)")
    return figure


def _heading(name: str, found: Verdict) -> str:
    if found.stable:
        return f"{NAMES[name]}: stable"
    crossed = "" if found.crossed is None else f"bound crossed in {found.crossed:,}, "
    return f"{NAMES[name]}:\n{crossed}stability lost in {found.lost:,}"


def _curvature(axes: Axes, run: Outcome, colour: str) -> None:
    history = run.history
    rounds = np.array(history.stability)[:, 0] + 1.0
    label = r"$\gamma_i\,\lambda_{\max}(H(y_i))$, "
    largest = _positive(history.column("curvature_max"))
    axes.plot(rounds, largest, color=colour, label=label + "largest")
    median = _positive(history.column("curvature_median"))
    axes.plot(rounds, median, color=GREY, lw=0.9, label=label + "median")
    axes.axhline(run.bound, color=BLACK, ls=(0, (1, 1.2)), label=r"bound $(1+a_{\min})^2/2$")


def _positive(values: Floats) -> Floats:
    """Return the values with gaps for zeros, which a log scale cannot show."""
    return np.where(values > 0.0, values, np.nan)


def _unrest(axes: Axes, run: Outcome, colour: str) -> None:
    rounds, column = _rounds(run) + 1.0, run.history.column
    change, apart = _positive(column("kl_change")), _positive(column("kl_apart"))
    axes.plot(rounds, apart, color=GREY, lw=0.9, label="from the mean estimate's")
    axes.plot(rounds, change, color=colour, lw=0.9, label="from its own a round before")
    axes.axhline(QUIET_NATS, color=BLACK, ls=(0, (1, 1.2)), label=f"quiet below {QUIET_NATS:g}")


def _progress(axes: Axes, run: Outcome, colour: str) -> None:
    history = run.history
    learned, fit = history.column("kl_learned"), history.column("kl_fit")
    axes.plot(_rounds(run) + 1.0, learned, color=colour, lw=0.9, label="mean estimate")
    rounds = np.array(history.stability)[:, 0] + 1.0
    axes.plot(rounds, fit, color=BLACK, lw=0.9, label="fit to the robots")


def _mark_events(axes: Axes, found: Verdict) -> None:
    if found.stable:
        return
    if found.crossed is not None:
        axes.axvline(found.crossed + 1.0, color=GREY, lw=0.8, ls=(0, (1, 1.2)))
    if found.lost is not None:
        axes.axvline(found.lost + 1.0, color=GREY, lw=0.8, ls=(0, (4, 3)))
