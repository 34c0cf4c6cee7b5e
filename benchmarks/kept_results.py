"""Which of a comparison's figures are kept with the project, and what do they come from?

    python -m benchmarks.kept_results docs/data/moments_bullet.csv spreading rivals

reads the folders that ``python -m bildsim.bench --out`` left and writes the columns that pages read
of all their trials, six digits each, into one table; beside it, as .toml, the configurations that
were run, the versions they ran with and the commit.
"""

import csv
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tomli_w
import tyro

from bildsim.programs.output.versions import versions

COLUMNS = (
    *("planner", "target", "start", "seed", "robots", "dynamics", "status"),
    *("kl_fit", "w2", "js_kde", "contacts", "path_length_m", "control_effort", "bytes_broadcast"),
)


@dataclass(frozen=True)
class Options:
    """What to keep.

    Attributes:
        table: where to write it.
        folders: of comparisons.
        commit: with which they ran; unless given the present one.
    """

    table: Annotated[Path, tyro.conf.Positional]
    folders: Annotated[tuple[Path, ...], tyro.conf.Positional]
    commit: str = ""


def main() -> None:
    """Write the table and what it comes from."""
    options = tyro.cli(Options, description=__doc__)
    rows: list[dict[str, str]] = []
    for folder in options.folders:
        with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
            rows += [{name: _short(row[name]) for name in COLUMNS} for row in csv.DictReader(file)]
    with options.table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=_place))
    origin = {
        "commit": options.commit or _commit(),
        "versions": versions(),
        "runs": [_run(folder) for folder in options.folders],
    }
    options.table.with_suffix(".toml").write_text(tomli_w.dumps(origin), encoding="utf-8")
    print(f"{len(rows)} trials in {options.table}")


def _short(text: str) -> str:
    """Return a number with six digits; words and whole numbers as they are."""
    try:
        return text if "." not in text else f"{float(text):.6g}"
    except ValueError:
        return text


def _place(row: Mapping[str, str]) -> tuple[str, str, str, int]:
    return row["planner"], row["target"], row["start"], int(row["seed"])


def _run(folder: Path) -> dict[str, Any]:
    """Return what a comparison was of, as its configuration says at its head."""
    config = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
    plain = {name: value for name, value in config.items() if not isinstance(value, dict)}
    return plain | {"dynamics": config["swarm"]["dynamics"]}


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
