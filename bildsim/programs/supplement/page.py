"""A page beside a paper: a summary, numbered tables and figures, and where all of it is from."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from bildsim.basics.errors import RunError, reason_of
from bildsim.programs.output.files import write_text
from bildsim.programs.output.versions import commit, versions
from bildsim.programs.plots.files import PNG, SVG, Plot, file_name
from bildsim.programs.plots.style import PRINT_DPI
from bildsim.programs.supplement.latex import latex
from bildsim.programs.supplement.origin import machine
from bildsim.programs.supplement.table import Table

_TEMPLATE = "page.html.jinja"
# A drawing of lines is sharp at any size; one of thousands of dots is smaller as a picture.
_MOST_SVG_BYTES = 150_000
# A little larger than in print.
_PIXELS_AN_INCH = 120


@dataclass(frozen=True)
class Section:
    """A part of a page under one heading.

    Attributes:
        anchor: its address in the page.
        title: its heading.
        paragraphs: what is said before its tables and figures.
        parts: these, in order; they are numbered through the page.
    """

    anchor: str
    title: str
    paragraphs: Sequence[str] = ()
    parts: Sequence[Table | Plot] = ()


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        title: its title.
        abstract: what was done and what came of it, in paragraphs.
        warnings: what a reader must know before believing it.
        sections: in order.
        command: that runs it again.
        facts: what else is to be said of how it was made: names and values.
        settings: the whole configuration, as TOML.
        meanings: names of columns in CSV files, and what they mean.
    """

    title: str
    abstract: Sequence[str]
    sections: Sequence[Section]
    command: str
    settings: str
    warnings: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    meanings: Sequence[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Part:
    """A table or a figure with its number.

    Attributes:
        number: among its kind, from 1.
        table: the table; None for a figure.
        plot: the figure; None for a table.
        image: the figure's data, for an address.
        width: how wide the figure is shown at most (CSS pixels).
    """

    number: int
    table: Table | None = None
    plot: Plot | None = None
    image: str = ""
    width: int = 0


def rendered(page: Page) -> str:
    """Return a page as HTML, with all images in it and no link to anywhere else."""
    environment = Environment(
        loader=PackageLoader(__package__, ""), autoescape=True, undefined=StrictUndefined
    )
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template(_TEMPLATE).render(
        page=page,
        sections=_numbered(page.sections),
        facts=[*page.facts, *made_with()],
    )


def made_with() -> list[tuple[str, str]]:
    """Return what the page itself was made with: code, versions and machine."""
    found = ", ".join(f"{name} {version}" for name, version in versions().items())
    return [
        ("Code", f"commit {commit()}"),
        ("Versions", found),
        ("This page was written on", machine()),
    ]


def table_files(sections: Sequence[Section]) -> dict[str, str]:
    """Return every table of a page as CSV and as LaTeX, by the names of files."""
    tables = [part for section in sections for part in section.parts if isinstance(part, Table)]
    return {
        file_name(table.name, ending): text
        for table in tables
        for ending, text in ((".csv", table.csv()), (".tex", latex(table)))
    }


def write_files(directory: Path, texts: dict[str, str]) -> None:
    """Write text files by name into a directory, and remove others of the same endings.

    Raises:
        RunError: a file cannot be written.
    """
    try:
        directory.mkdir(exist_ok=True)
        for old in directory.iterdir():
            if old.suffix in (".csv", ".tex") and old.name not in texts:
                old.unlink()
    except OSError as error:
        raise RunError(f"{directory} cannot be written: {reason_of(error)}") from error
    for name, text in texts.items():
        write_text(directory / name, text)


def _numbered(sections: Sequence[Section]) -> list[tuple[Section, list[Part]]]:
    tables = figures = 0
    found = []
    for section in sections:
        parts = []
        for part in section.parts:
            if isinstance(part, Table):
                tables += 1
                parts.append(Part(tables, table=part))
            else:
                figures += 1
                parts.append(Part(figures, None, part, embedded(part), _width(part)))
        found.append((section, parts))
    return found


def embedded(plot: Plot) -> str:
    """Return the address that holds a plot's image: its SVG, or its PNG where that is large."""
    vector = plot.path.with_name(plot.path.name.removesuffix(PNG) + SVG)
    small = vector.is_file() and vector.stat().st_size <= _MOST_SVG_BYTES
    path, kind = (vector, "svg+xml") if small else (plot.path, "png")
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _width(plot: Plot) -> int:
    with Image.open(plot.path) as picture:
        return round(_PIXELS_AN_INCH * picture.width / PRINT_DPI)
