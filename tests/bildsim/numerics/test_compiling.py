import numpy as np

from bildsim.numerics.compiling import inlined, inlined_early, kernel


@inlined
def halved(value):
    return value / 2.0


@inlined_early
def doubled(value):
    return value * 2.0


@kernel(__file__)
def _both(array):
    for n in range(len(array)):
        array[n] = halved(array[n]) + doubled(array[n]) / 0.0


def test_small_functions_become_parts_of_kernels_which_divide_as_numpy_does():
    numbers = np.array([1.0, -2.0])
    _both(numbers)
    assert list(numbers) == [np.inf, -np.inf]


@kernel(__file__, any_order=True)
def _summed(array):
    total = 0.0
    for n in range(len(array)):
        total += array[n]
    return total


def test_sums_in_any_order_are_the_same_each_time_and_see_what_is_no_number():
    numbers = np.random.default_rng(0).normal(size=1001)
    found = _summed(numbers)
    assert abs(found - np.sum(numbers)) < 1e-12
    for shift in range(8):  # wherever the array stands in memory
        moved = np.empty(1001 + shift)[shift:]
        moved[:] = numbers
        assert _summed(moved) == found
    assert np.isnan(_summed(np.append(numbers, np.nan)))
    assert _summed(np.append(numbers, np.inf)) == np.inf


def test_a_kernel_is_kept_and_has_no_door_from_c():
    _both(np.ones(1))
    assert _both.targetoptions["nogil"]
    assert _both.stats.cache_path
    code = next(iter(_both.overloads.values())).library
    assert not any(f.name.startswith("cfunc.") for f in code.get_defined_functions())
