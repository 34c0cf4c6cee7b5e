"""Warming up compiles all that Algorithm 1 calls."""

from bildsim import direct_solve, kernels, macro_kernels, warm_up


def test_nothing_is_left_to_compile():
    warm_up.main()
    passes = [macro_kernels._learn, macro_kernels.change_pass, direct_solve.direction_pass]
    for compiled in (kernels.evaluate, *passes):
        assert len(compiled.signatures) == 1
