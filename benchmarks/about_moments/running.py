"""Running what is compared, and printing a row of what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.about_moments.settings import LAST_S, Options, Things
from bildsim import compare
from bildsim.api.comparison import Comparison
from bildsim.api.result import Result

Runs = dict[str, list[Result]]
HEADS = "kl_fit | w2 (m) | js_kde | touching | speed at the end (m/s)"
_COLUMNS = (("kl_fit", 4), ("w2", 4), ("js_kde", 4), ("contacts", 0), ("speed_m_s", 4))


def compared(options: Options, things: Things, targets: Sequence[Any], **more: Any) -> Comparison:
    """Run all things on the targets, starts and seeds."""
    return compare(
        things,
        targets=list(targets),
        starts=list(options.starts),
        seeds=options.seeds,
        jobs=options.jobs,
        trajectories=False,
        progress=False,
        **{"metrics_period": LAST_S, **options.shared, **more},
    )


def finished(found: Comparison) -> Runs:
    """Return the results by label.

    Raises:
        SystemExit: a trial failed.
    """
    runs: Runs = {}
    for trial in found.trials:
        if trial.result is None:
            raise SystemExit(f"{trial.label}, seed {trial.seed}: {trial.reason}")
        runs.setdefault(trial.label, []).append(trial.result)
    return runs


def finals(runs: Sequence[Result], column: str) -> list[float]:
    """Return a column's last values."""
    return [float(run.final[column]) for run in runs]


def head(*first: str, last: str = "") -> None:
    """Print the head of a table whose rows `row` prints."""
    heads = [*first, HEADS, *([last] if last else [])]
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * " | ".join(heads).count("|") + "---|")


def row(first: Sequence[str], runs: Sequence[Result], last: str = "") -> None:
    """Print medians, and in brackets the largest."""
    cells = [_cell(finals(runs, column), digits) for column, digits in _COLUMNS]
    print("| " + " | ".join([*first, *cells, *([last] if last else [])]) + " |", flush=True)


def rows(first: str, runs: Mapping[str, Sequence[Result]]) -> None:
    """Print a row for each of the things compared."""
    for label, of_it in runs.items():
        row((first, label), of_it)


def _cell(values: Sequence[float], digits: int) -> str:
    return f"{np.median(values):.{digits}f} ({np.max(values):.{digits}f})"
