"""Targets from files of numbers: one density, or the frames of one that moves."""

from pathlib import Path
from typing import BinaryIO

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.targets.files.density_map import DensityMap, checked
from bildsim.targets.files.film import Footage
from bildsim.targets.files.user_file import file_error, open_file

ARRAY_SUFFIXES = (".npy",)
MOST_VALUES = 32_000_000


def read_array_file(path: Path) -> DensityMap | Footage:
    """Return the density of an array of two dimensions, or the frames of one of three.

    Raises:
        UsageError: the file is missing, damaged, too large, or no density.
    """
    with open_file(path) as file:
        values = read_array(file, path)
    if values.ndim == 3:
        if values.size > MOST_VALUES:
            raise file_error(path, f"is too large: at most {MOST_VALUES // 10**6} million values")
        return Footage(path, checked(values, path), soft=False)
    return DensityMap(checked(_flat(values, path), path))


def read_array(file: BinaryIO, path: Path) -> Floats:
    """Return the real numbers of a ``.npy`` file, of any dimensions.

    Raises:
        UsageError: it is damaged or holds something else.
    """
    try:
        # Not np.load: it would also open archives and pickles that only carry this extension.
        values = np.lib.format.read_array(file, allow_pickle=False)
    except Exception:  # a damaged header can lead NumPy's reader to many kinds of error
        raise file_error(
            path, "is damaged or holds objects: only a whole .npy array is read"
        ) from None
    if values.dtype.kind not in "buif":
        raise file_error(path, f"holds {values.dtype} values: they must be real numbers")
    return np.asarray(values, dtype=np.float64)


def _flat(values: Floats, path: Path) -> Floats:
    if values.ndim != 2:
        raise file_error(
            path,
            f"has {values.ndim} dimensions: it must have 2, [row along y, column x], or 3 with "
            "the frames of a target that moves first",
        )
    return values
