"""Recycled memory: never while somebody looks at it, and not for ever."""

import numpy as np
import pytest

from bildsim.numerics import buffer_pool
from bildsim.numerics.buffer_pool import recycled_empty


def test_memory_is_used_again_only_after_the_last_view_is_gone():
    first = recycled_empty(200, 99)
    place = first.ctypes.data
    view = first[3:5].T
    last = np.asarray(view)[1:, :1]
    del first, view
    other = recycled_empty(200, 99)
    assert other.ctypes.data != place
    last[:] = 7.0
    other[:] = 1.0
    assert (last == 7.0).all()
    del last
    assert recycled_empty(99, 200).ctypes.data == place


@pytest.mark.parametrize("shape", [(5, 24), (5, 0), (500, 48), (40_000,)])
def test_an_array_like_any_other(shape):
    array = recycled_empty(*shape)
    assert array.shape == shape
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert array.size == 0 or array.ctypes.data % 64 == 0


def test_sizes_that_are_no_longer_asked_for_are_given_back():
    for robots in range(1000, 960, -1):
        held = [recycled_empty(robots, 48) for _ in range(3)]
        del held
    kept = {size: len(blocks) for size, blocks in buffer_pool._spare.items()}
    assert len(kept) <= 4
    assert kept[961 * 48] == 3
    assert 1000 * 48 not in kept


def test_a_block_of_a_forgotten_size_is_let_go():
    late = recycled_empty(777, 48)
    for robots in range(800, 810):
        recycled_empty(robots, 48)
    del late
    assert 777 * 48 not in buffer_pool._spare
