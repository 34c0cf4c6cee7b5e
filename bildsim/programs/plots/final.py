"""Where the robots ended, over the density that they were to take."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bildsim.basics.arrays import Floats
from bildsim.obstacles.reading import obstacles_of
from bildsim.programs.plots.floor import draw_floor, draw_obstacles, floor_of
from bildsim.programs.plots.style import BLACK, GREY, WIDTH_IN, drawn, looks
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.runner import Trial
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import load_target

_SIDE_IN = 1.35
# Width of a bold letter of that size, and how much smaller a long name may be.
_NAME_SIZE, _LETTER_IN, _SMALLEST = 8.5, 0.085, 0.7


def final_figure(results: Results, config: BenchConfig, start: str) -> Figure:
    """Draw the first seed's robots at the end: a row a planner, a column a target."""
    found, targets = looks(config.planner_names), config.target_names
    names = min(2.2, 0.15 + 0.065 * max(len(look.label) for look in found.values()))
    side = min(_SIDE_IN, (WIDTH_IN - names) / len(targets))
    size = (names + side * len(targets), 0.3 + (side + 0.18) * len(found))
    figure = Figure(figsize=size, layout="constrained")
    panels: Any = figure.subplots(len(found), len(targets), squeeze=False)
    seed = config.seed_numbers[0]
    planner = config.planner_names[0]
    densities = {name: _density(config.trial(planner, name, start, seed)) for name in targets}
    for row, (planner, look) in zip(panels, found.items(), strict=True):
        for axes, target in zip(row, targets, strict=True):
            trials = [t for t in results.of((planner, target, start)) if t.config.seed == seed]
            _panel(axes, densities[target], trials[0] if trials else None)
            draw_obstacles(axes, obstacles_of(config.swarm.obstacle))
        row[0].set_ylabel(look.label, rotation=0, ha="right", va="center", color=BLACK)
    for axes, target in zip(panels[0], targets, strict=True):
        # Panels stand close: a longer name is set smaller.
        room = side / _LETTER_IN
        name = drawn(target, max(8, int(room / _SMALLEST)))
        letters = _NAME_SIZE * min(1.0, room / len(name))
        axes.set_title(name, fontweight="bold", fontsize=letters)
    return figure


def _density(config: RunConfig) -> Floats:
    """Return the target where it is at the end of a trial."""
    return floor_of(load_target(config).at(config.duration))


def _panel(axes: Axes, density: Floats, trial: Trial | None) -> None:
    draw_floor(axes, density)
    axes.set(xlim=(-1.02, 1.02), ylim=(-1.02, 1.02), xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, linewidth=0.5)
    if trial is None:
        axes.text(0.0, 0.0, "failed", ha="center", va="center", color=BLACK)
        return
    positions = np.array(trial.result["positions"], dtype=np.float64)
    size = min(12.0, 600.0 / len(positions))
    x, y = positions.T
    axes.scatter(x, y, s=size, c="#D55E00", edgecolors="white", linewidths=0.25)
    axes.set_xlabel(f"w2 {float(trial.result['final']['w2']):.3f}", fontsize=6.5, labelpad=1.5)
