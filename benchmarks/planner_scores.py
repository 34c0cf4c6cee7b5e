"""Which planner serves where: the table by which runs name a better one at their end.

    python -m benchmarks.planner_scores er/results.csv others/results.csv

reads tables that ``python -m bildsim.bench`` left and prints the medians over seeds of w2 (m) and
kl_fit (nats) of every planner, target and start as CSV; assets/planner_scores.csv is what it
printed. Of a planner that is in several tables the first counts: those that send messages belong in
it as they run by default, over er:0.5.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import tyro

_COLUMNS = ("planner", "target", "start", "seeds", "w2", "kl_fit")


@dataclass(frozen=True)
class Options:
    """What to read.

    Attributes:
        results: tables of trials.
    """

    results: Annotated[tuple[Path, ...], tyro.conf.Positional]


def main() -> None:
    """Print the table."""
    options = tyro.cli(Options, description=__doc__)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_medians(options.results))


def _medians(paths: tuple[Path, ...]) -> Iterator[tuple[object, ...]]:
    groups: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for path in paths:
        earlier = {planner for planner, _, _ in groups}
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["status"] == "done" and row["planner"] not in earlier:
                    place = (row["planner"], row["target"], row["start"])
                    values = (float(row["w2"]), float(row["kl_fit"]))
                    groups.setdefault(place, []).append(values)
    for place, found in sorted(groups.items()):
        w2, kl = (median(column) for column in zip(*found, strict=True))
        yield (*place, len(found), f"{w2:.5f}", f"{kl:.5f}")


if __name__ == "__main__":
    main()
