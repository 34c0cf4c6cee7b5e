"""What tables of `bildsim.bench` say of moment-cells beside ot_lloyd and the rivals that spread."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.about_moments.settings import CELLS, LLOYD, Options
from bildsim.basics.errors import UsageError

_NEAR = 1.03
Rows = list[dict[str, str]]


def claims(options: Options) -> None:
    """Print w2 beside ot_lloyd's for each target and start, and medians over all."""
    rows = _read(options.results)
    planners = list(dict.fromkeys(row["planner"] for row in rows))
    for name in (CELLS, LLOYD):
        if name not in planners:
            raise SystemExit(f"no trials of {name} in {', '.join(options.results)}")
    places = list(dict.fromkeys((row["target"], row["start"]) for row in rows))
    dynamics = ", ".join(dict.fromkeys(row["dynamics"] for row in rows))
    print(f"{dynamics}; seeds {_seeds(rows)}; medians, and in brackets over ot_lloyd's\n")
    print("| target, start | " + " | ".join(f"{name}: w2 (m)" for name in planners) + " |")
    print("|---" * (1 + len(planners)) + "|")
    ratios = {}
    for place in places:
        found = {name: _median(rows, "w2", name, place) for name in planners}
        ratios[place] = found[CELLS] / found[LLOYD]
        cells = [f"{w2:.4f} ({w2 / found[LLOYD]:.3f})" for w2 in found.values()]
        print(f"| {', '.join(place)} | " + " | ".join(cells) + " |")
    print("\n| planner | kl_fit | w2 (m) | js_kde | touching: mean | most | way (m) | effort |")
    print("|---|---|---|---|---|---|---|---|")
    for name in planners:
        _print_all(name, [row for row in rows if row["planner"] == name])
    far = [f"{', '.join(place)} ({ratio:.3f})" for place, ratio in ratios.items() if ratio > _NEAR]
    print(f"\nw2 within 3 % of ot_lloyd's: {len(ratios) - len(far)} of {len(ratios)}", end="")
    print(f"; not {'; '.join(far)}" if far else "")


def _read(paths: Sequence[str]) -> Rows:
    rows: Rows = []
    for path in paths:
        try:
            with Path(path).open(newline="", encoding="utf-8") as file:
                rows += csv.DictReader(file)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    failed = [row for row in rows if row["status"] != "done"]
    if failed:
        print(f"{len(failed)} trials failed and are left out, the first by {failed[0]['planner']}")
    return [row for row in rows if row["status"] == "done"]


def _seeds(rows: Rows) -> str:
    return ", ".join(sorted({row["seed"] for row in rows}, key=int))


def _values(rows: Iterable[dict[str, str]], column: str) -> list[float]:
    return [float(row[column]) for row in rows]


def _median(rows: Rows, column: str, planner: str, place: tuple[str, str]) -> float:
    of = [row for row in rows if (row["planner"], row["target"], row["start"]) == (planner, *place)]
    return float(np.median(_values(of, column))) if of else float("nan")


def _print_all(name: str, rows: Rows) -> None:
    cells = [f"{np.median(_values(rows, column)):.4f}" for column in ("kl_fit", "w2", "js_kde")]
    touching = _values(rows, "contacts")
    cells += [f"{np.mean(touching):.2f}", f"{np.max(touching):.0f}"]
    cells += [f"{np.median(_values(rows, column)):.2f}" for column in _WAYS]
    print(f"| {name} | " + " | ".join(cells) + " |")


_WAYS = ("path_length_m", "control_effort")
