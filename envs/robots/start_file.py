"""Places to start from, in files of the user's."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.reading.npy_file import DamagedError, read_header, read_values
from bildsim.basics.reading.regular_file import NotAFileError, in_units, open_regular
from bildsim.basics.reading.text_lines import LongLineError, text_lines
from bildsim.envs.robots.spawn import MOST_ROBOTS

START_SUFFIXES = (".npy", ".csv")
MOST_BYTES = 100_000_000
"""Longer files are refused: lines of 5,000 characters for as many robots as there may be."""
MOST_LINE = 100_000
"""So many bytes a line of a table may have, and no line of places has."""
_HEADINGS = ("heading", "theta", "yaw")
_MOST_SAID = 100
_AT_MOST = f"there may be {MOST_ROBOTS} robots"


def is_start_file(text: str) -> bool:
    """Say whether a text is the path of a file, and not a start region: by how it ends."""
    return Path(text).suffix.lower() in START_SUFFIXES


def read_start(path: Path) -> Floats:
    """Return the places in a file, (N, 2) x and y in m, or (N, 3) with headings in rad.

    An array (.npy) has a row a robot. A table (.csv) has a line a robot; where its first line
    holds names, x, y and perhaps heading (or theta, or yaw) are found by them and other columns
    are left out.

    Raises:
        UsageError: the file is missing, damaged or too large, or holds something else.
    """
    readers = {".npy": _npy, ".csv": _csv}
    if path.suffix.lower() not in readers:
        raise start_error(path, f"has an unknown extension: use {' or '.join(START_SUFFIXES)}")
    try:
        with open_regular(path) as file:
            if path.stat().st_size > MOST_BYTES:
                raise start_error(path, f"is too large: at most {in_units(MOST_BYTES)} is read")
            return readers[path.suffix.lower()](file, path)
    except (FileNotFoundError, IsADirectoryError) as error:
        said = "does not exist" if isinstance(error, FileNotFoundError) else "is a directory"
        raise start_error(path, f"{said}: give a file of places (.npy, .csv)") from None
    except NotAFileError as error:
        raise start_error(path, f"{reason_of(error)}: give a file of places (.npy, .csv)") from None
    except (OSError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise start_error(path, f"cannot be read: {reason_of(error)}") from None


def start_error(path: Path, problem: str) -> UsageError:
    """Return the error that says what is wrong with the file."""
    return UsageError("{start} {0}", problem, start=str(path))


def _npy(file: BinaryIO, path: Path) -> Floats:
    try:
        # Not np.load: it would also open archives and pickles that only carry this extension.
        header = read_header(file)
        if header.dtype.kind not in "iuf":
            raise start_error(path, f"holds {header.dtype} values: they must be real numbers")
        if header.values > 3 * MOST_ROBOTS:
            shape = header.shape
            raise start_error(path, f"of shape {shape} is too large: {_AT_MOST}")
        return np.asarray(read_values(file, header), dtype=np.float64)
    except DamagedError:
        raise start_error(
            path, "is damaged or holds objects: only a whole .npy array is read"
        ) from None


def _csv(file: BinaryIO, path: Path) -> Floats:
    try:
        rows = list(itertools.islice(_rows(file), MOST_ROBOTS + 2))
    except UnicodeDecodeError:
        raise start_error(path, "is no text in UTF-8: a table of numbers is wanted") from None
    except LongLineError as error:
        raise start_error(path, f"{error}: that is no table of places") from None
    except csv.Error as error:
        raise start_error(path, f"is no table of numbers: {error}") from None
    if not rows:
        raise start_error(path, "is empty: it must have a line a robot")
    columns = None if _are_numbers(rows[0][1]) else _columns(rows.pop(0)[1], path)
    if len(rows) > MOST_ROBOTS:
        raise start_error(path, f"has too many lines: {_AT_MOST}")
    places = [(number, _numbers(row, columns, number, path)) for number, row in rows]
    if not places:
        raise start_error(path, "holds no place: it must have a line a robot")
    size = len(places[0][1])
    for number, place in places:
        if len(place) != size:
            raise start_error(
                path, f"has {len(place)} numbers in line {number} and {size} in those before"
            )
    return np.array([place for _, place in places])


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that has some, with its number."""
    for number, row in enumerate(csv.reader(text_lines(file, MOST_LINE)), 1):
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield number, cells


def _columns(names: list[str], path: Path) -> list[int]:
    """Return where x, y and perhaps the heading stand in a line."""
    folded = [name.casefold() for name in names]
    known = {name: place for place, name in enumerate(folded)}
    heading = [known[name] for name in _HEADINGS if name in known]
    wanted = [folded.count(name) for name in ("x", "y")]
    if wanted != [1, 1] or sum(folded.count(name) for name in _HEADINGS) > 1:
        raise start_error(
            path,
            f"has a first line {_said(names)}: it must be numbers, or names with x and y and "
            "perhaps heading among them, each once",
        )
    return [known["x"], known["y"], *heading]


def _numbers(row: list[str], columns: list[int] | None, number: int, path: Path) -> list[float]:
    try:
        values = [float(cell) for cell in row] if columns is None else _chosen(row, columns)
    except (ValueError, IndexError):
        raise start_error(
            path, f"has {_said(row)} in line {number}: numbers with commas are wanted"
        ) from None
    if len(values) not in (2, 3):
        raise start_error(
            path, f"has {len(values)} numbers in line {number}: x, y and perhaps heading are wanted"
        )
    return values


def _said(row: list[str]) -> str:
    """Return the cells of a line, or its beginning, in quotation marks."""
    words = ", ".join(row)
    return repr(words) if len(words) <= _MOST_SAID else f"{words[:_MOST_SAID]!r}…"


def _chosen(row: list[str], columns: list[int]) -> list[float]:
    return [float(row[column]) for column in columns]


def _are_numbers(row: list[str]) -> bool:
    try:
        [float(cell) for cell in row]
    except ValueError:
        return False
    return True
