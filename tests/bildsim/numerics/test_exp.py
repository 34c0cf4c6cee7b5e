import math

import numba
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bildsim.numerics.exp import fast_exp
from bildsim.numerics.lanes import WIDTH, load, store


@numba.njit
def _exp_rows(values, result):
    for row in range(values.shape[0]):
        store(result, row, fast_exp(load(values, row)))


def compiled_exp(values):
    padded = np.zeros((-(-len(values) // WIDTH), WIDTH))
    padded.ravel()[: len(values)] = values
    result = np.empty_like(padded)
    _exp_rows(padded, result)
    return result.ravel()[: len(values)]


def test_two_units_in_the_last_place_over_the_whole_range():
    values = np.concatenate(
        [np.linspace(-707.9, 700.0, 200_001), np.linspace(-1.0, 1.0, 200_001), [0.0, -0.0]]
    )
    expected = np.exp(values)
    ulps = np.abs(compiled_exp(values) - expected) / np.spacing(expected)
    assert ulps.max() <= 2.0


def test_one_at_zero_exactly():
    assert compiled_exp(np.zeros(3)).tolist() == [1.0, 1.0, 1.0]


@given(st.lists(st.floats(max_value=-708.0, allow_nan=False), min_size=1, max_size=20))
def test_far_below_it_is_next_to_nothing_and_positive(values):
    result = compiled_exp(np.array(values))
    assert (result > 0.0).all()
    assert (result <= math.exp(-707.9)).all()


@given(st.lists(st.floats(-700.0, 700.0), min_size=8, max_size=8), st.integers(0, 7))
def test_a_number_does_not_depend_on_its_neighbours(values, lane):
    alone = compiled_exp(np.full(8, values[lane]))
    assert compiled_exp(np.array(values))[lane] == alone[0]
