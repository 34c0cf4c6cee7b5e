"""Eight numbers side by side, in compiled functions, against NumPy."""

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bildsim.numerics.lanes import (
    WIDTH,
    dot,
    element,
    load,
    maximum,
    minimum,
    scratch,
    store,
    times_power_of_two,
    total,
)

EIGHT = arrays(np.float64, WIDTH, elements=st.floats(-1e100, 1e100))
ANY = arrays(np.float64, WIDTH, elements=st.floats(allow_nan=True, allow_infinity=True))


@numba.njit
def arithmetic(a, b, into):
    x, y = load(a, 0), load(b, 0)
    store(into, 0, x + y)
    store(into, 8, x - y)
    store(into, 16, x * y)
    store(into, 24, x / y)
    store(into, 32, 2.0 - x)
    store(into, 40, x * 0.3)


@numba.njit
def chosen(a, b, into):
    x, y = load(a, 0), load(b, 0)
    store(into, 0, maximum(x, y))
    store(into, 8, minimum(x, y))


@numba.njit
def summed(a):
    return total(load(a, 0))


@numba.njit
def powers(a, exponents, into):
    store(into, 0, times_power_of_two(load(a, 0), load(exponents, 0) + 6755399441055744.0))


@numba.njit
def copied(rows, flat, row, place, into):
    store(into, 0, load(rows, row))
    store(into, 8, load(flat, place))
    return element(rows, place), element(flat, place)


@numba.njit
def inner(a, b, size):
    return dot(a, b, size)


@numba.njit
def scratch_of(rows):
    return scratch(rows)


@settings(deadline=None)  # the first call compiles
@given(EIGHT, EIGHT.filter(lambda b: (b != 0.0).all()))
def test_arithmetic_is_that_of_each_lane(a, b):
    into = np.empty(48)
    arithmetic(a, b, into)
    with np.errstate(over="ignore"):
        expected = np.concatenate([a + b, a - b, a * b, a / b, 2.0 - a, a * 0.3])
    np.testing.assert_array_equal(into, expected)


@settings(deadline=None)
@given(ANY, ANY)
def test_choices_take_the_second_where_a_number_is_none(a, b):
    into = np.empty(16)
    chosen(a, b, into)
    with np.errstate(invalid="ignore"):
        expected = np.concatenate([np.where(a > b, a, b), np.where(a < b, a, b)])
    np.testing.assert_array_equal(into, expected)


@settings(deadline=None)
@given(EIGHT)
def test_sums_begin_with_the_first_lane(a):
    expected = 0.0
    for value in a:  # lane 0 first, whatever the processor could do side by side
        expected = expected + value
    assert summed(a) == expected


@settings(deadline=None)
@given(
    arrays(np.float64, WIDTH, elements=st.floats(0.5, 2.0)),
    arrays(np.int64, WIDTH, elements=st.integers(-1021, 1022)),
)
def test_powers_of_two_are_exact(a, exponents):
    into = np.empty(8)
    powers(a, exponents.astype(np.float64), into)
    np.testing.assert_array_equal(into, np.ldexp(a, exponents))


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("place", [0, 3, 8, 13])
def test_rows_of_eight_and_any_eight_in_a_row(row, place):
    rows, into = np.arange(24.0).reshape(3, WIDTH), np.empty(16)
    flat = 100.0 + np.arange(21.0)
    single = copied(rows, flat, row, place, into)
    np.testing.assert_array_equal(into, np.concatenate([rows[row], flat[place : place + 8]]))
    assert single == (place, 100.0 + place)


@pytest.mark.parametrize("size", [0, 8, 16, 40])
def test_inner_products_stop_at_their_size(size):
    a, b = np.random.default_rng(0).standard_normal((2, 48))
    assert inner(a, b, size) == pytest.approx(a[:size] @ b[:size], abs=1e-13)


@pytest.mark.parametrize("rows", [1, 5, 64])
def test_scratch_starts_a_cache_line(rows):
    found = scratch_of(rows)
    assert found.shape == (rows, WIDTH)
    assert found.ctypes.data % 64 == 0
