"""Arrays that start a cache line."""

import pytest

from bildsim.numerics.aligned import aligned_empty


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (0,), (4, 0), (2, 3, 4)])
def test_arrays_start_a_cache_line(shape):
    held = [aligned_empty(*shape) for _ in range(20)]
    assert all(array.shape == shape for array in held)
    # Without numbers there is none to stand anywhere.
    assert all(array.ctypes.data % 64 == 0 for array in held if array.size)
    for number, array in enumerate(held):
        array[...] = number
    assert all((array == number).all() for number, array in enumerate(held))
