"""Arrays whose uses are not counted: the same numbers, and no owner."""

from typing import NamedTuple

import numba
import numpy as np

from bildsim.numerics.borrowing import borrowed


class Inner(NamedTuple):
    """A tuple within a tuple."""

    counts: np.ndarray
    factor: float


class Outer(NamedTuple):
    """What kernels take."""

    rows: np.ndarray
    inner: Inner


@numba.njit
def change(array, parts):
    array, parts = borrowed(array), borrowed(parts)
    for k in range(len(array)):
        array[k] += parts.rows[k, 1] * parts.inner.factor
    parts.inner.counts[:] += 1


@numba.njit
def uncounted(array):
    return np.empty(0) if len(array) == 0 else borrowed(array)


def test_what_is_written_to_what_is_borrowed_is_written_to_its_owner():
    array, rows = np.arange(3.0), np.arange(6.0).reshape(3, 2)
    parts = Outer(rows, Inner(np.zeros(2, dtype=np.int64), 10.0))
    change(array, parts)
    np.testing.assert_array_equal(array, [10.0, 31.0, 52.0])
    np.testing.assert_array_equal(parts.inner.counts, 1)


def test_what_is_borrowed_has_no_owner():
    array = np.arange(4.0)
    view = uncounted(array)
    assert np.shares_memory(view, array)
    assert view.base is None
    del view
    np.testing.assert_array_equal(array, np.arange(4.0))
