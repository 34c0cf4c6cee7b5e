"""When a robot has something new to say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.network.sending.changes import MOST_SILENT, TIMES_SAID, changed, repeats


def test_who_has_said_nothing_speaks():
    told = np.full((2, 3), np.nan)
    assert changed(np.zeros((2, 3)), told, (3,), 0.5).all()


def test_each_block_is_measured_by_itself():
    told = np.array([[100.0, 0.0, 1e-3], [100.0, 0.0, 1e-3], [100.0, 0.0, 1e-3]])
    now = told + np.array([[0.9, 0.0, 0.0], [0.0, 0.0, 2e-5], [2.0, 0.0, 0.0]])
    assert changed(now, told, (2, 1), 0.01).tolist() == [False, True, True]
    assert changed(now, told, (3,), 0.01).tolist() == [False, False, True]


@given(threshold=st.floats(1e-6, 0.9), seed=st.integers(0, 100))
def test_it_is_a_share_of_what_was_said_last(threshold, seed):
    told = np.random.default_rng(seed).normal(size=(4, 5))
    assert not changed(told, told, (5,), threshold).any()
    assert not changed(told * (1.0 + 0.99 * threshold), told, (5,), threshold).any()
    assert changed(told * (1.001 + 1.01 * threshold), told, (5,), threshold).all()


@pytest.mark.parametrize("threshold", [0.0, 0.3])
def test_nothing_is_no_change_of_nothing(threshold):
    assert not changed(np.zeros((1, 2)), np.zeros((1, 2)), (2,), threshold).any()
    assert changed(np.full((1, 2), 1e-9), np.zeros((1, 2)), (2,), threshold).all()


def test_what_might_be_lost_is_said_some_times_and_then_now_and_again():
    spoken = np.flatnonzero(repeats(np.arange(2 * MOST_SILENT + 1)))
    assert spoken.tolist() == [*range(TIMES_SAID), MOST_SILENT, 2 * MOST_SILENT]
