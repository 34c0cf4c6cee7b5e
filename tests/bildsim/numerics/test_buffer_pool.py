import numpy as np
import pytest

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
