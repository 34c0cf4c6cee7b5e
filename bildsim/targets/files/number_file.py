"""Files of numbers: NumPy's .npy and .npz, and tables with commas (.csv).

An array's header says how large it is, and it is judged before memory is taken for it; a table is
read line by line up to a bound.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.reading.npy_file import DamagedError, Readable, read_header, read_values
from bildsim.basics.reading.text_lines import LongLineError, text_lines
from bildsim.targets.files.archive_file import SeveralArraysError, open_member
from bildsim.targets.files.user_file import MOST_BYTES, check_bytes, file_error, open_file

MOST_TABLE_BYTES = 100_000_000
"""Longer tables are refused: 2,000 x 2,000 numbers in all their digits are as long."""
MOST_LINE = 1_000_000
"""So many bytes a line of a table may have: 40,000 numbers in all their digits."""
_MOST_SAID = 200
Judge: TypeAlias = Callable[[tuple[int, ...], np.dtype[Any]], None]
"""Takes the shape and the type of an array, and raises `UsageError` where it is not to be read."""


def read_numbers(path: Path, judge: Judge = lambda shape, dtype: None) -> NDArray[Any]:
    """Return what a file holds, of the type and shape that it has there.

    Args:
        path: the file.
        judge: refuses arrays by their headers, before they are read. Tables have none.

    Raises:
        UsageError: the file is missing, damaged or too large, or ``judge`` refuses it.
    """
    with open_file(path) as file:
        size = path.stat().st_size
        if path.suffix.lower() == ".csv":
            check_bytes(size, MOST_TABLE_BYTES, path)
            return _csv(file, path)
        try:
            if path.suffix.lower() == ".npy":
                return _array(file, size, path, judge)
            check_bytes(size, MOST_BYTES, path)
            member, size = open_member(file)
            with member:
                return _array(member, size, path, judge)
        except SeveralArraysError as error:
            raise file_error(path, f"{error}: a target is read from an archive of one") from None
        except UsageError:
            raise
        except Exception:  # DamagedError, and those of members that cannot be unpacked
            kind = "a whole .npy array" if path.suffix.lower() == ".npy" else "an archive of one"
            raise file_error(path, f"is damaged or holds objects: only {kind} is read") from None


def _array(file: Readable, size: int, path: Path, judge: Judge) -> NDArray[Any]:
    header = read_header(file)
    judge(header.shape, header.dtype)
    check_bytes(header.bytes, MOST_BYTES, path)
    if header.bytes > size - header.size:
        raise DamagedError
    return read_values(file, header)


def _csv(file: BinaryIO, path: Path) -> NDArray[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a table without lines, which has no values
            return np.loadtxt(text_lines(file, MOST_LINE), delimiter=",", ndmin=2)
    except LongLineError as error:
        raise file_error(path, f"{error}: that is no table") from None
    except OSError as error:
        raise file_error(path, f"cannot be read: {reason_of(error)}") from None
    except ValueError as error:
        reason = " ".join(str(error).split("; use `usecols`")[0].split())
        if len(reason) > _MOST_SAID:
            reason = f"{reason[:_MOST_SAID]}…"
        raise file_error(
            path, f"is no table of numbers with commas between them: {reason}"
        ) from None
