"""The tables of ``bildsim.reproduce`` as CSV; floats read back exactly as they were."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bildsim.programs.output.files import write_text
from bildsim.programs.reproduce.history import CONVERGENCE, STABILITY
from bildsim.programs.reproduce.recorded_run import Outcome

_WHOLE = ("round", "robot", "robot_change", "robot_max", "projected")


def write_tables(run: Outcome, directory: Path, name: str) -> list[Path]:
    """Write what a run recorded and return the files.

    Args:
        run: what came of the run.
        directory: where the files go.
        name: the end of their names: ``convergence_NAME.csv`` (`history.CONVERGENCE`),
            ``stability_NAME.csv`` (`history.STABILITY`), ``robots_NAME.csv`` (positions in the
            snapshots, m) and ``learned_NAME.csv`` (the first robot's y, a column for each product
            P_a(x) P_b(y)).

    Raises:
        RunError: a file cannot be written.
    """
    history, degrees = run.history, run.loop.algorithm.family.degrees
    tables: dict[str, tuple[Sequence[str], Iterable[Sequence[float]]]] = {
        "convergence": (CONVERGENCE, history.convergence),
        "stability": (STABILITY, history.stability),
        "robots": (
            ("round", "robot", "x_m", "y_m"),
            (
                (shot.round, robot, *position)
                for shot in history.snapshots
                for robot, position in enumerate(shot.positions.tolist())
            ),
        ),
        "learned": (
            ("round", *(f"y_{a}_{b}" for a, b in degrees)),
            ((shot.round, *shot.y.tolist()) for shot in history.snapshots),
        ),
    }
    return [
        _write(directory / f"{table}_{name}.csv", columns, rows)
        for table, (columns, rows) in tables.items()
    ]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[float]]) -> Path:
    lines = [",".join(columns)]
    for row in rows:
        lines.append(",".join(map(_cell, columns, row)))
    write_text(path, "\n".join(lines) + "\n")
    return path


def _cell(column: str, value: float) -> str:
    return str(int(value)) if column in _WHOLE else repr(float(value))
