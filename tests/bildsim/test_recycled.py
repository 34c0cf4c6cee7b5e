import numpy as np

from bildsim.recycled import recycled_empty


def test_memory_is_used_again_only_after_the_last_view_is_gone():
    first = recycled_empty(37, 11)
    place = first.ctypes.data
    view = first[3:5].T
    last = np.asarray(view)[1:, :1]
    del first, view
    other = recycled_empty(37, 11)
    assert other.ctypes.data != place
    last[:] = 7.0
    other[:] = 1.0
    assert (last == 7.0).all()
    del last
    assert recycled_empty(11, 37).ctypes.data == place


def test_an_array_like_any_other():
    array = recycled_empty(5, 24)
    assert array.shape == (5, 24)
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert array.ctypes.data % 64 == 0
    assert recycled_empty(5, 0).shape == (5, 0)
