"""Draw the rooms of bildsim and their imports, from the import statements in the sources.

    python docs/draw_rooms.py                 # docs/rooms.svg
    python docs/draw_rooms.py rooms.png       # or wherever

The order from top to bottom is that of the layers contract in pyproject.toml. An arrow that follows
from others (a room imports one that imports the third) is left out. Needs matplotlib.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DOORS = "doors"
"""The modules that stand beside the rooms: ``bildsim/run.py`` and its like."""


class Place(NamedTuple):
    """Where a room is drawn, and what is said of it.

    Attributes:
        left: first column of its box.
        right: column at which it ends.
        words: what is in the room.
    """

    left: float
    right: float
    words: str


PLACES = {
    DOORS: Place(0, 3, "run · bench · attribute · reproduce · warm_up"),
    "api": Place(3, 5, "simulate, compare"),
    "programs": Place(0, 5, "command lines, sweeps, plots, checkpoints, files"),
    "simulation": Place(0, 5, "the closed loop of one run, and what is measured of it"),
    "envs": Place(1, 5, "Gymnasium environment, task, three dynamics, disturbances"),
    "controllers": Place(1, 3, "planners, consensus, tracking, safety"),
    "metrics": Place(0, 1, "how close to p*"),
    "targets": Place(0, 2, "p*: named, pictures, moving"),
    "density": Place(0, 2, "the exponential family"),
    "network": Place(2, 3, "graphs, links"),
    "numerics": Place(0, 2, "vector lanes, threads"),
    "obstacles": Place(2, 3, "discs, boxes"),
    "drawing": Place(3, 4, "seen from above"),
    "assets": Place(4, 5, "URDF of a robot"),
    "basics": Place(0, 5, "array types, errors, snapshots"),
}
_COLOURS = {"envs": "#d9ead3", "controllers": "#fde3c8", "assets": "#e6e0f0"}
_OF_BILDSIM = "#dbe7f5"
_INK, _FAINT = "#1c2530", "#55606e"
_PACE, _HEIGHT, _GAP = 1.0, 0.62, 0.06


def layers() -> list[list[str]]:
    """Return the rooms line by line as the contract in pyproject.toml has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    found = [[name.strip().removeprefix("bildsim.") for name in line.split("|")] for line in lines]
    # Single modules on a line are doors, too.
    return [[DOORS], *([name for name in line if name in PLACES] for line in found[1:])]


def imports() -> dict[str, set[str]]:
    """Return for each room those that its modules import."""
    found: dict[str, set[str]] = {name: set() for name in PLACES}
    for folder in ("bildsim", "controllers", "envs", "assets"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            words = path.relative_to(ROOT).with_suffix("").parts
            room = _room(words if words[0] == "bildsim" else ("bildsim", *words))
            if room is not None:
                wanted = {_room(tuple(name.split("."))) for name in _imported(path)}
                found[room] |= {name for name in wanted if name not in (None, room)}
    return found


def _room(words: tuple[str, ...]) -> str | None:
    """Return the room of a module of the package, None for other modules."""
    if words[0] != "bildsim" or len(words) < 2 or words[1] == "__init__":
        return None
    return words[1] if words[1] in PLACES else DOORS


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def without_consequences(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the edges without those that longer ways imply (transitive reduction)."""
    beyond = {room: set().union(*(_reached(edges, near) for near in edges[room])) for room in edges}
    return {room: edges[room] - beyond[room] for room in edges}


def _reached(edges: dict[str, set[str]], room: str) -> set[str]:
    """Return all rooms that one needs, directly or not."""
    return edges[room].union(*(_reached(edges, near) for near in edges[room]))


def draw(file: Path) -> None:
    """Write the picture; the file's name says in which format."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # The same picture has the same bytes, and words look the same everywhere.
    mpl.rcParams.update({"svg.hashsalt": "rooms", "svg.fonttype": "path"})
    rows = {room: row for row, line in enumerate(layers()) for room in line}
    deepest = max(rows.values())
    figure = Figure(figsize=(9.6, 7.6), facecolor="#fbfbf9")
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    axes.set_xlim(-0.05, 5.05)
    axes.set_ylim(deepest * _PACE + _HEIGHT + 0.1, -0.1)
    axes.axis("off")
    for room, row in rows.items():
        place, top = PLACES[room], row * _PACE
        left, width = place.left + _GAP, place.right - place.left - 2 * _GAP
        axes.add_patch(
            mpl.patches.FancyBboxPatch(
                (left, top),
                width,
                _HEIGHT,
                boxstyle="round,pad=0,rounding_size=0.06",
                facecolor=_COLOURS.get(room, _OF_BILDSIM),
                edgecolor=_FAINT,
                linewidth=0.8,
            )
        )
        middle = left + width / 2
        name = "bildsim/*.py" if room == DOORS else f"{_folder(room)}/"
        axes.text(middle, top + 0.22, name, ha="center", va="center", weight="bold", color=_INK)
        axes.text(middle, top + 0.45, place.words, ha="center", va="center", size=8.5, color=_FAINT)
    for room, wanted in without_consequences(imports()).items():
        for other in sorted(wanted):
            start, end = _ends(PLACES[room], PLACES[other])
            axes.annotate(
                "",
                xy=(end, rows[other] * _PACE),
                xytext=(start, rows[room] * _PACE + _HEIGHT),
                arrowprops={"arrowstyle": "-|>", "color": _FAINT, "lw": 1.1, "shrinkA": 0},
            )
    # The picture says in words, too, what it shows: a test compares them with the sources.
    said = {"Description": description(), "Date": None} if file.suffix == ".svg" else None
    figure.savefig(file, metadata=said, dpi=110)


def description() -> str:
    """Return all lines of rooms and all arrows in words."""
    lines = [" | ".join(line) for line in layers()]
    arrows = without_consequences(imports())
    pairs = [f"{room} -> {other}" for room in arrows for other in sorted(arrows[room])]
    return "; ".join([*lines, *pairs])


def _folder(room: str) -> str:
    return room if room in _COLOURS else f"bildsim/{room}"


def _ends(upper: Place, lower: Place) -> tuple[float, float]:
    """Return where an arrow leaves and arrives: straight down where boxes are above each other."""
    left, right = max(upper.left, lower.left), min(upper.right, lower.right)
    if left < right:
        return (left + right) / 2, (left + right) / 2
    return (upper.left + upper.right) / 2, (lower.left + lower.right) / 2


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "rooms.svg")
