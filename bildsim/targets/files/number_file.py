"""Files of numbers: NumPy's .npy and .npz, and tables with commas (.csv)."""

import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.errors import UsageError
from bildsim.targets.files.user_file import file_error, open_file

ARRAY_SUFFIXES = (".npy", ".npz", ".csv")
MOST_BYTES = 2 * 10**9


def read_numbers(path: Path) -> NDArray[Any]:
    """Return what a file holds, of the type and shape that it has there.

    Raises:
        UsageError: the file is missing, damaged or too large.
    """
    readers = {".npy": _npy, ".npz": _npz, ".csv": _csv}
    with open_file(path) as file:
        _check_bytes(path.stat().st_size, path)
        return readers[path.suffix.lower()](file, path)


def _npy(file: BinaryIO, path: Path) -> NDArray[Any]:
    try:
        # Not np.load: it would also open archives and pickles that only carry this extension.
        return np.lib.format.read_array(file, allow_pickle=False)
    except Exception:  # a damaged header can lead NumPy's reader to many kinds of error
        raise file_error(
            path, "is damaged or holds objects: only a whole .npy array is read"
        ) from None


def _npz(file: BinaryIO, path: Path) -> NDArray[Any]:
    try:
        with np.load(file, allow_pickle=False) as archive:
            names = archive.files
            if len(names) == 1:
                for member in archive.zip.infolist():
                    _check_bytes(member.file_size, path)
                return np.asarray(archive[names[0]])
    except UsageError:
        raise
    except Exception:  # as above, and those of damaged archives
        raise file_error(
            path, "is damaged or holds objects: only an archive of whole arrays is read"
        ) from None
    said = f"holds {len(names)} arrays ({', '.join(names)})" if names else "holds no array"
    raise file_error(path, f"{said}: a target is read from an archive of one")


def _csv(file: BinaryIO, path: Path) -> NDArray[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a table without lines, which has no values
            return np.loadtxt(file, delimiter=",", ndmin=2, encoding="utf-8-sig")
    except ValueError as error:
        reason = " ".join(str(error).split("; use `usecols`")[0].split())
        raise file_error(
            path, f"is no table of numbers with commas between them: {reason}"
        ) from None


def _check_bytes(size: int, path: Path) -> None:
    if size > MOST_BYTES:
        raise file_error(path, f"is too large: at most {MOST_BYTES // 10**9} GB are read")
