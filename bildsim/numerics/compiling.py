"""How functions are compiled: kernels that Python calls, and the small parts that they are made of.

What a compiler does most of the time is to look at the same lines again. Numba's own inlining
copies a function's source into each of its callers and works on all of it anew, layer upon layer:
``evaluate`` of `bildsim.density.kernels` took 15 s of processor time that way. What is `inlined`
is worked on once, and becomes part of its callers in LLVM, which costs less than half of that.
Neither gets a door that nobody goes through: one from Python to what is inlined, one from C to
anything. Arrays are filled and copied in loops: an assignment to a slice makes numba compile an
error message, for three seconds.

What each kernel costs: ``python -m benchmarks.compile_cost``.

A plain loop that adds up what it reads can use vector registers only if the terms may be added in
another order. Where a kernel allows it, LLVM chooses one when it compiles, so it is the same at
each call; a robot's sums do not depend on its place while a loop adds up one robot's terms.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.extending import register_jitable

from bildsim.basics.kernel_cache import cached

Function = TypeVar("Function", bound=Callable[..., Any])
# Its types do not know all of its options.
_njit: Any = numba.njit
# Terms of sums may change places, products may be fused with sums, and -0 is 0.
_ANY_ORDER = {"reassoc", "contract", "nsz"}


def inlined(function: Function) -> Function:
    """Make a function a piece of each compiled function that calls it; in Python it stays plain."""
    decorate: Any = register_jitable(
        forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy"
    )
    made: Function = decorate(function)
    return made


def inlined_early(function: Function) -> Function:
    """Do the same by numba's own inlining, for a few lines whose loops LLVM unrolls in vain."""
    made: Function = _njit(inline="always")(function)
    return made


def kernel(source: str, any_order: bool = False) -> Callable[[Function], Function]:
    """Return the decorator for the compiled functions of a module that Python calls.

    They are kept from one start to the next where there is a place for them, release Python's
    global lock, and divide as NumPy does.

    Args:
        source: the module's ``__file__``.
        any_order: whether the compiler may choose the order in which sums are taken.
    """
    decorate: Callable[[Function], Function] = _njit(
        cache=cached(source),
        nogil=True,
        error_model="numpy",
        no_cfunc_wrapper=True,
        fastmath=_ANY_ORDER if any_order else False,
    )
    return decorate
