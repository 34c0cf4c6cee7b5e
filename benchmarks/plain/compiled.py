"""How the code of `benchmarks.plain_loops` is compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])
# Its types do not know all of its options.
_njit: Any = numba.njit


def as_written(function: Function) -> Function:
    """Compile arithmetic as it stands, such as calls of what uses registers."""
    made: Function = _njit(error_model="numpy", nogil=True)(function)
    return made


def loops(function: Function) -> Function:
    """Compile loops whose results keep their order: products may be fused with sums."""
    made: Function = _njit(error_model="numpy", nogil=True, fastmath={"contract"})(function)
    return made


def sums(function: Function) -> Function:
    """Compile loops that add up what they read, in an order that LLVM may choose."""
    flags = {"contract", "reassoc", "nsz"}
    made: Function = _njit(error_model="numpy", nogil=True, fastmath=flags)(function)
    return made
