"""How the plain loops of `benchmarks.plain_loops` are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def loops(function: Function) -> Function:
    """Compile loops whose results keep their order: products may be fused with sums."""
    made: Function = numba.njit(error_model="numpy", nogil=True, fastmath={"contract"})(function)
    return made


def sums(function: Function) -> Function:
    """Compile loops that add up what they read, in an order that LLVM may choose."""
    flags = {"contract", "reassoc", "nsz"}
    made: Function = numba.njit(error_model="numpy", nogil=True, fastmath=flags)(function)
    return made
