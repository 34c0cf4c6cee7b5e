"""List the planners and their options for the page on planners, from their classes.

python docs/list_planners.py    # docs/planners.md, its tables anew
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from bildsim.controllers.registry import (
    BASELINES,
    LEARNED,
    MACRO_PLANNERS,
    MOMENT_PLANNERS,
    PLANNER_NAMES,
    knowledge_of,
    options_by_name,
)
from bildsim.programs.config.options import attributes

PAGE = Path(__file__).with_name("planners.md")
_FOLDERS = (
    ("bild_macro", MACRO_PLANNERS),
    ("moments", MOMENT_PLANNERS),
    ("baselines", BASELINES),
    ("learned", {LEARNED: "planner:Learned"}),
)


def class_of(name: str) -> Any:
    """Return the class of one of our planners."""
    for folder, homes in _FOLDERS:
        if name in homes:
            module, _, kind = homes[name].partition(":")
            return getattr(importlib.import_module(f"bildsim.controllers.{folder}.{module}"), kind)
    raise KeyError(name)


def planners() -> str:
    """Return the table of planners: what each does, and what it must know."""
    rows = [
        "| planner | what it does | a robot, or a computer for all, must know |",
        "|---|---|---|",
    ]
    for name in PLANNER_NAMES:
        first = (class_of(name).__doc__ or "").split("\n\n")[0]
        rows.append(f"| `{name}` | {_cell(first)} | {_cell(str(knowledge_of(name)))} |")
    return "\n".join(rows)


def options() -> str:
    """Return the table of options: of which planner, the default, the meaning."""
    rows = ["| planner | option | default | meaning |", "|---|---|---|---|"]
    for name in PLANNER_NAMES:
        said = attributes(class_of(name))
        for option in options_by_name(name).values():
            default = "none" if option.default is None else _number(option.default)
            meaning = _cell(said.get(option.name, ""))
            rows.append(f"| `{name}` | `{option.name}` | {default} | {meaning} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """Return the page with its tables as they are now, each below its mark."""
    for name, table in (("planners", planners()), ("options", options())):
        mark = f"<!-- {name}, by docs/list_planners.py -->\n\n"
        before, found, after = text.partition(mark)
        assert found, mark
        rest = re.sub(r"\A\n*(?:\|.*\n)*\n*", "", after)
        text = f"{before}{mark}{table}\n\n{rest}"
    return text


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cell(text: str) -> str:
    """Return words as they may stand in a cell of a table."""
    words = " ".join(text.split()).rstrip(".")
    return re.sub(r"``?([^`]+)``?", r"`\1`", words).replace("|", "\\|").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
