"""A hook of mkdocs: mkdocstrings finds the sources as the one package that they are installed as.

``controllers/``, ``envs/`` and ``assets/`` stand at the top of the repository and are imported as
``bildsim.controllers`` and so on. mkdocstrings reads files and follows no import system, so it is
given a copy in which all of them lie where they are imported from.
"""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_made: list[Path] = []


def copy_package(folder: Path) -> None:
    """Copy the package's modules into a folder, each where it is imported from."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    elsewhere = settings["tool"]["setuptools"]["package-dir"]
    for package, place in {"bildsim": "bildsim", **elsewhere}.items():
        for path in sorted((ROOT / place).rglob("*.py")):
            copy = folder.joinpath(*package.split("."), path.relative_to(ROOT / place))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def on_config(config: Any) -> Any:
    """Make the copy, and say where it is."""
    folder = Path(tempfile.mkdtemp(prefix="bildsim-docs-"))
    _made.append(folder)
    copy_package(folder)
    config.plugins["mkdocstrings"].config.handlers["python"]["paths"] = [str(folder)]
    return config


# Before mkdocstrings reads its configuration. It is what mkdocs.plugins.event_priority does, but
# tests copy the package where mkdocs is not installed, too.
on_config.mkdocs_priority = 100  # type: ignore[attr-defined]


def on_shutdown() -> None:
    """Remove the copies."""
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)
