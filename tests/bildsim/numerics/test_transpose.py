import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.numerics.transpose import gather_rows, scatter_rows


@numba.njit
def gather(rows, first, count, lanes, places):
    gather_rows(rows, first, count, lanes, places)


@numba.njit
def scatter(lanes, rows, first, count):
    scatter_rows(lanes, rows, first, count)


@settings(deadline=None)  # the first call compiles
@given(st.integers(1, 40), st.integers(1, 8), st.integers(0, 5), st.randoms())
def test_gathered_lanes_are_the_rows_at_their_places(length, count, first, random):
    rows = np.random.default_rng(length).standard_normal((first + count + 2, length))
    places = np.array(random.sample(range(length + 3), length))
    lanes = np.full((length + 3, 8), np.nan)
    gather(rows, first, count, lanes, places)
    for lane in range(8):
        # Spare lanes repeat the last row, so that no arithmetic meets what was there before.
        assert (lanes[places, lane] == rows[first + min(lane, count - 1)]).all()
    assert np.isnan(np.delete(lanes, places, axis=0)).all()


@pytest.mark.parametrize("length", [1, 7, 8, 9, 48])
@pytest.mark.parametrize("count", range(1, 9))
def test_scattered_rows_are_the_lanes_and_nothing_else_is_touched(length, count):
    lanes = np.random.default_rng(0).standard_normal((length + 2, 8))
    rows = np.full((12, length), np.nan)
    scatter(lanes, rows, 3, count)
    assert (rows[3 : 3 + count] == lanes[:length, :count].T).all()
    assert np.isnan(np.delete(rows, np.s_[3 : 3 + count], axis=0)).all()
