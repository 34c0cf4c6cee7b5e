"""A hook of mkdocs: every option of every program, from the dataclasses that make the options.

A line ``<!-- options of bildsim.run -->`` on a page gives way to the list of that program's
options, as its ``--help`` has them: so the page cannot fall behind the code.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import Any

from bildsim.programs.attribute.config import AttributeConfig
from bildsim.programs.config.options import Option, options
from bildsim.programs.reproduce.config import Options as ReproduceConfig
from bildsim.programs.sweep.config import BenchConfig
from bildsim.simulation.config import RunConfig

PROGRAMS: dict[str, Any] = {
    "bildsim.run": RunConfig(),
    "bildsim.bench": BenchConfig(),
    "bildsim.attribute": AttributeConfig(),
    "bildsim.reproduce": ReproduceConfig(),
}
"""The programs and their configurations."""
_MARK = re.compile(r"^<!-- options of ([\w.]+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page with lists in place of its marks."""
    return _MARK.sub(lambda found: listed(found[1]), markdown)


def listed(program: str) -> str:
    """Return the options of a program, group by group, as Markdown with definition lists."""
    anchor = program.rpartition(".")[2]
    parts = []
    for group, found in groupby(options(PROGRAMS[program]), lambda option: option.group):
        title = group[:1].upper() + group[1:] if group else "What is run"
        rows = "\n".join(_row(option, anchor) for option in found)
        parts.append(
            f'### {title} {{ #{anchor}-{_slug(title)} }}\n\n<dl class="options">\n{rows}\n</dl>'
        )
    return "\n\n".join(parts)


def spelled(option: Option) -> str:
    """Return how an option is given."""
    name = "--" + option.name.replace("_", "-")
    return f"{name}, --no-{name[2:]}" if option.is_flag else f"{name} {option.metavar}"


def _row(option: Option, anchor: str) -> str:
    text = re.sub(r"`+([^`]+)`+", r"<code>\1</code>", escape(option.text.rstrip("."), quote=False))
    default = _default(option)
    said = (
        f' <span class="default">default: <code>{escape(default)}</code></span>' if default else ""
    )
    place = f'id="{anchor}-{option.name.replace("_", "-")}"'
    return f"<dt {place}><code>{escape(spelled(option))}</code></dt><dd>{text}.{said}</dd>"


def _default(option: Option) -> str:
    if option.is_flag:
        return "yes" if option.default else "no"
    return "" if option.default is None else str(option.default)


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower()).strip("-")
