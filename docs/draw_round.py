"""Draw one round of Algorithm 1 as one robot lives it, from a swarm that is simulated here.

    python docs/draw_round.py                 # docs/round.png
    python docs/draw_round.py elsewhere.png   # or wherever

Twelve robots talk over their three nearest neighbours and have not agreed yet. Four panels show
what one of them holds, what it hears, what it holds then, and where it goes.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.reference import ReferenceMacro, ReferenceState
from bildsim.controllers.bild_macro.settings import FIXED
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network, NetworkSpec, build_network
from bildsim.targets.target import named_target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = "Description"
ROBOTS, EARLIER_ROUNDS, ROUNDS_A_TICK = 12, 5, 10
_PAPER, _INK, _FAINT, _SELF, _OTHER = "#fbfbf9", "#222222", "#6b6b6b", "#d1495b", "#ffffff"
_THUMB, _MOST = 0.17, 0.7


class Round(NamedTuple):
    """One round, and the robot that is looked at.

    Attributes:
        macro: Algorithm 1.
        network: who hears whom.
        before: what all robots hold before it.
        after: what they hold after it.
        robot: i.
    """

    macro: ReferenceMacro
    network: Network
    before: ReferenceState
    after: ReferenceState
    robot: int

    @property
    def heard(self) -> list[tuple[int, float]]:
        """Whom robot i hears, itself among them, and with which weight a_ij."""
        first, last = self.network.indptr[self.robot : self.robot + 2]
        rows = slice(first, last)
        shares = self.network.weights[rows] * (1.0 - self.macro.settings.laziness)
        found = dict(zip(self.network.indices[rows].tolist(), shares.tolist(), strict=True))
        found[self.robot] += self.macro.settings.laziness
        return sorted(found.items())

    @property
    def errors(self) -> tuple[float, float]:
        """KL divergence of robot i's estimate from the swarm's exact fit, before and after."""
        family, settings = self.macro.family, self.macro.settings
        statistics = family.statistics(self.before.positions).mean(axis=0)
        theta = family.fit(statistics, settings.regularisation)
        held = np.stack([self.before.y[self.robot], self.after.y[self.robot]])
        first, last = family.kl_between(held, theta)
        return float(first), float(last)

    @property
    def ways(self) -> tuple[Floats, Floats, Floats]:
        """x_i, where (6a) leads, and the waypoint of a tick of so many rounds, (2,) each (m)."""
        far = self.after.positions - self.macro.settings.gamma_x * self.macro.ascent(self.after)
        near = self.macro.waypoints(self.after, ROUNDS_A_TICK)
        place = self.after.positions[self.robot]
        return place, np.clip(far, -1.0, 1.0)[self.robot], near[self.robot]


def simulate() -> Round:
    """Let robots talk for a while, and then once more."""
    rng = np.random.default_rng(8)
    family, target = LegendreFamily(), named_target("gmm3")
    # So few robots need more of a ridge, and the paper's own weights show better than lazy ones.
    settings = replace(FIXED, gamma_x=0.22, regularisation=0.02, laziness=0.0, warmup_rounds=0)
    macro = ReferenceMacro(family, np.log(target.on_grid(family.grid)), settings)
    lattice = np.stack(np.meshgrid([-0.72, -0.24, 0.24, 0.72], [-0.6, 0.0, 0.6]), axis=-1)
    positions = lattice.reshape(ROBOTS, 2) + rng.uniform(-0.1, 0.1, (ROBOTS, 2))
    network = build_network(NetworkSpec.parse("knn:3"), positions, rng)
    state = macro.init(positions, np.zeros((ROBOTS, family.size)))
    before = macro.advance(state, positions, network, EARLIER_ROUNDS)
    after = macro.round(before, positions, network)
    robot = int(np.argmin(np.linalg.norm(positions - [0.24, 0.0], axis=1)))
    return Round(macro, network, before, after, robot)


def draw(file: Path) -> None:
    """Write the picture as PNG, with its description in it."""
    from matplotlib.figure import Figure

    shown = simulate()
    figure = Figure(figsize=(9.0, 9.6), facecolor=_PAPER)
    panels = figure.subplots(2, 2).ravel()
    figure.subplots_adjust(left=0.03, right=0.97, top=0.925, bottom=0.03, wspace=0.07, hspace=0.19)
    first, last = shown.errors
    _holds(panels[0], shown, shown.before.y[shown.robot])
    _say(
        panels[0],
        "1  It holds",
        f"its estimate $p(\\cdot;y_i)$: {first:.2f} nats off the swarm's fit",
    )
    _hears(panels[1], shown)
    _say(panels[1], "2  It hears", "what its neighbours hold, with weights $a_{ij}$")
    _holds(panels[2], shown, shown.after.y[shown.robot])
    _say(panels[2], "3  It learns", f"mixed and corrected, equation (7): {last:.2f} nats off")
    _moves(panels[3], shown)
    _say(panels[3], "4  It moves", "from where it sees too much (red) to too little (blue)")
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=100)
    text = PngImagePlugin.PngInfo()
    text.add_text(DESCRIPTION, description(shown))
    # A palette makes the file half as large.
    whole = Image.open(drawn).convert("RGB")
    picture = whole.quantize(palette=whole.quantize(256), dither=Image.Dither.FLOYDSTEINBERG)
    picture.save(file, format="png", optimize=True, pnginfo=text)


def description(shown: Round) -> str:
    """Return what the picture shows in words and numbers that a picture can carry."""
    first, last = shown.errors
    heard = ", ".join(f"{robot} by {weight:.3f}" for robot, weight in shown.heard)
    (x, y), (far_x, far_y), (near_x, near_y) = shown.ways
    return (
        f"robot {shown.robot} at ({x:+.3f}, {y:+.3f}) m hears {heard}; off by {first:.4f} nats, "
        f"then {last:.4f}; (6a) leads to ({far_x:+.3f}, {far_y:+.3f}) m, its waypoint is "
        f"({near_x:+.3f}, {near_y:+.3f}) m"
    )


def _say(axes: Axes, title: str, words: str) -> None:
    axes.set_title(title, loc="left", size=13, weight="bold", color=_INK, pad=22)
    axes.text(0.0, 1.02, words, transform=axes.transAxes, size=9.5, color=_FAINT)
    axes.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[], aspect="equal")
    for spine in axes.spines.values():
        spine.set_color("#bbbbbb")


def _image(axes: Axes, values: Floats, colours: str, least: float) -> None:
    axes.imshow(
        values,
        origin="lower",
        extent=(-1, 1, -1, 1),
        cmap=colours,
        vmin=least,
        vmax=_MOST,
        interpolation="bilinear",
    )


def _robots(axes: Axes, shown: Round, colour: str, edge: str) -> None:
    x, y = shown.before.positions.T
    axes.scatter(x, y, s=34, color=colour, edgecolor=edge, linewidth=0.9, zorder=3)
    x, y = shown.before.positions[shown.robot]
    axes.scatter(x, y, s=70, color=_SELF, edgecolor="white", zorder=4)


def _holds(axes: Axes, shown: Round, y: Floats) -> None:
    _image(axes, shown.macro.family.density(y), "viridis", 0.0)
    _robots(axes, shown, _OTHER, _INK)


def _hears(axes: Axes, shown: Round) -> None:
    positions, network, robot = shown.before.positions, shown.network, shown.robot
    axes.set_facecolor("#f1f1ee")
    rows = np.repeat(np.arange(ROBOTS), np.diff(network.indptr))
    for first, last in zip(rows, network.indices, strict=True):
        axes.plot(*positions[[first, last]].T, color="#d2d2cd", lw=1.0, zorder=1)
    _robots(axes, shown, "#b9b9b3", "#8a8a8a")
    for other, weight in shown.heard:
        x, y = positions[other]
        if other != robot:
            ends = positions[[other, robot]]
            axes.plot(*ends.T, color=_SELF, lw=1.0 + 8.0 * weight, zorder=2, solid_capstyle="round")
        corner = (float(x) - _THUMB, float(y) - _THUMB)
        inset = axes.inset_axes((*corner, 2 * _THUMB, 2 * _THUMB), transform=axes.transData)
        _image(inset, shown.macro.family.density(shown.before.y[other]), "viridis", 0.0)
        inset.set(xticks=[], yticks=[])
        for spine in inset.spines.values():
            spine.set(color=_SELF, linewidth=2.4 if other == robot else 1.0)
        inset.set_title(f"{weight:.2f}".lstrip("0"), size=10, color=_INK, pad=2, weight="bold")


def _moves(axes: Axes, shown: Round) -> None:
    held = shown.macro.family.density(shown.after.y[shown.robot])
    _image(axes, held - np.exp(shown.macro.log_target), "RdBu_r", -_MOST)
    _robots(axes, shown, _OTHER, _INK)
    (x, y), (far_x, far_y), (near_x, near_y) = (map(float, place) for place in shown.ways)
    arrow = {"arrowstyle": "-|>", "color": _INK, "lw": 1.6}
    axes.annotate("", xy=(far_x, far_y), xytext=(x, y), arrowprops=arrow, zorder=5)
    axes.scatter(near_x, near_y, s=60, marker="X", color=_SELF, edgecolor="white", zorder=6)
    words = r"$\tilde x_i$, where (6a) leads"
    axes.text(far_x - 0.1, far_y + 0.07, words, ha="center", size=11, color=_INK)
    axes.text(near_x, near_y - 0.13, "waypoint", ha="center", size=11, color=_SELF, weight="bold")


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "round.png")
