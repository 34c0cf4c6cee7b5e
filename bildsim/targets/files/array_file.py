"""Targets from files of numbers: a density, the frames of one that moves, or a picture.

Which of them an array is follows from its shape, or from `reading.Reading.target_layout` where the
shape leaves it open. Rows of densities and films grow with y, as matrices of a plot do; rows of
pictures go down, as pictures' do.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.errors import UsageError
from bildsim.targets.files.density_map import DensityMap, Still, checked
from bildsim.targets.files.film import Footage
from bildsim.targets.files.number_file import read_numbers
from bildsim.targets.files.picture import still_picture
from bildsim.targets.files.pixels import is_coloured, pixels_of
from bildsim.targets.files.reading import Layout, Reading
from bildsim.targets.files.user_file import check_pixels, file_error

MOST_VALUES = 32_000_000
"""Larger densities and films are refused: a film of 5,000 frames of 80 x 80 cells has as many."""
_UP = "first row at y = -1"


def read_array_file(path: Path, reading: Reading) -> Still | Footage:
    """Return the density or the frames that a file of numbers holds.

    Raises:
        UsageError: the file is missing, damaged, too large or no density, or its shape leaves open
            what it is.
    """

    def judge(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        _taken_for(shape, dtype, path, reading)

    return read_array(read_numbers(path, judge), path, reading)


def read_array(values: NDArray[Any], path: Path, reading: Reading) -> Still | Footage:
    """Return the density or the frames of an array.

    Args:
        values: of any shape.
        path: what it is called in errors; its stem is the target's name.
        reading: what it is taken for.

    Raises:
        UsageError: it holds no real numbers, is no density or too large, or its shape leaves open
            what it is.
    """
    layout = _taken_for(values.shape, values.dtype, path, reading)
    if layout == "picture":
        pixels = pixels_of(_colours_last(values))
        return still_picture(pixels, path, reading.target_dark, "array as a picture")
    return _film(values, path) if layout == "film" else _density(values, path)


def _taken_for(
    shape: tuple[int, ...], dtype: np.dtype[Any], path: Path, reading: Reading
) -> Layout:
    """Return what an array of that shape and type is.

    Raises:
        UsageError: it can be nothing of that kind, is too large, or it is left open what it is.
    """
    if dtype.kind not in "buif":
        raise file_error(path, f"holds {dtype} values: they must be real numbers")
    layout = reading.target_layout or _layout(shape, path)
    _check_layout(shape, layout, path)
    if layout == "picture":
        check_pixels(shape[1:] if _is_coloured_first(shape) else shape, path)
        return layout
    if reading.target_dark:
        raise file_error(
            path,
            f"is a {layout} of numbers, in which nothing is dark",
            ": {target_dark} needs {target_layout:picture}",
        )
    if math.prod(shape) > MOST_VALUES:
        raise file_error(path, f"is too large: at most {MOST_VALUES // 10**6} million values")
    return layout


def _density(values: NDArray[Any], path: Path) -> Still:
    cells = checked(values.astype(np.float64, copy=False), path, "a density")
    rows, columns = cells.shape
    source = f"{path.name}: array as a density, {rows} rows x {columns} columns, {_UP}"
    return Still(DensityMap(cells), source)


def _film(values: NDArray[Any], path: Path) -> Footage:
    if len(values) == 1:
        raise file_error(
            path,
            "read as a film has one frame, and a target that moves needs two or more",
            "; {target_layout:picture} reads it as a picture",
        )
    cells = checked(values.astype(np.float64, copy=False), path, "a film")
    _, rows, columns = cells.shape
    source = f"{path.name}: array as a film, frames of {rows} rows x {columns} columns, {_UP}"
    return Footage(path, cells, soft=False, source=source)


def _layout(shape: tuple[int, ...], path: Path) -> Layout:
    """Return what an array of that shape is.

    Raises:
        UsageError: it might be a picture in colour as well as a film.
    """
    if len(shape) != 3:
        return "density"
    if is_coloured(shape) or (_is_coloured_first(shape) and shape[0] > 1):
        raise _left_open(shape, path)
    return "film"


def _left_open(shape: tuple[int, ...], path: Path) -> UsageError:
    frames, rows, columns = shape
    last = is_coloured(shape)
    height, width = (frames, rows) if last else (rows, columns)
    # Braces of its own for each field, as the numbers are put in at once.
    return file_error(
        path,
        f"of shape {shape} can be a picture or a film",
        f": {{target_layout:picture}} takes it for a picture of {width} x {height} pixels with "
        f"colours {'last' if last else 'first'}, top row first; {{target_layout:film}} for "
        f"{frames} frames of {rows} rows x {columns} columns, {_UP}",
    )


def _check_layout(shape: tuple[int, ...], layout: Layout, path: Path) -> None:
    """Refuse a shape that cannot be what it is taken for."""
    fits = {
        "density": len(shape) == 2,
        "film": len(shape) == 3,
        "picture": len(shape) == 2 or is_coloured(shape) or _is_coloured_first(shape),
    }
    if not fits[layout]:
        raise file_error(
            path,
            f"of shape {shape} has {len(shape)} dimensions and is no {layout}",
            ": {target_layout:density} is for [row, column], the first row at y = -1, "
            "{target_layout:film} for [frame, row, column], and {target_layout:picture} for "
            "[row, column] or [row, column, colour], the first row at the top",
        )


def _is_coloured_first(shape: tuple[int, ...]) -> bool:
    """Return whether an array of that shape can be a picture with its colours first."""
    return len(shape) == 3 and shape[0] in (1, 3, 4) and not is_coloured(shape)


def _colours_last(values: NDArray[Any]) -> NDArray[Any]:
    return np.moveaxis(values, 0, -1) if _is_coloured_first(values.shape) else values
