"""Square roots and choices, lane by lane, for the compiled functions on lanes (bildsim.lanes)."""

# Numba's and llvmlite's extension points carry no types.
# mypy: disable-error-code="import-untyped, no-untyped-call"

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic

from bildsim.lanes import LANES, WIDTH


def _instruction(typing: Callable[..., Any]) -> Any:
    """Make a function of compiled code, which the type checker need not understand."""
    return intrinsic(typing)


@_instruction
def square_root(typing_context: Any, value: Any) -> Any:
    """Return the square root of every lane."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        kind = args[0].type
        name = f"llvm.sqrt.v{WIDTH}f64"
        root = get_or_insert_function(builder.module, ir.FunctionType(kind, [kind]), name)
        return builder.call(root, args)

    return LANES(LANES), build


@_instruction
def where_above(typing_context: Any, value: Any, limit: Any, then: Any, other: Any) -> Any:
    """Return ``then`` in lanes where value > limit, and ``other`` elsewhere, NaN included."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        above = builder.fcmp_ordered(">", args[0], args[1])
        return builder.select(above, args[2], args[3])

    return LANES(LANES, LANES, LANES, LANES), build
