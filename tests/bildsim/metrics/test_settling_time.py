"""Settling times against the words of their definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.metrics.settling_time import Settling, settling_time

SERIES = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, math.nan, math.inf]), min_size=1)


@given(values=SERIES)
def test_from_then_on_no_value_exceeds_the_threshold_and_not_before(values):
    times = 0.3 + 0.1 * np.arange(len(values))
    found = settling_time(times, np.array(values), 1.0)
    good = [all(value <= 1.0 for value in values[k:]) for k in range(len(values))]
    assert found == (times[good.index(True)] if any(good) else math.inf)


@given(values=SERIES)
def test_followed_as_it_goes_it_is_the_same(values):
    settling = Settling(1.0)
    assert settling.time_s == math.inf
    times = 0.1 * np.arange(len(values))
    for count, (time_s, value) in enumerate(zip(times, values, strict=True), start=1):
        settling.follow(time_s, value)
        expected = settling_time(times[:count], np.array(values[:count]), 1.0)
        assert settling.time_s == expected


def test_a_value_at_the_threshold_is_small_enough():
    assert settling_time(np.array([2.0]), np.array([1.0]), 1.0) == pytest.approx(2.0)
