"""Arrays without an owner, for compiled loops that hand many of them around.

Numba counts who uses an array, by an instruction that locks memory, whenever one is taken out of a
tuple or cut to a part. In loops that take turns among many small arrays, as a control tick of ten
robots does, that becomes a good part of the work. A kernel's caller holds its arguments until it
returns, so that inside nobody has to count.
"""

# Numba's and llvmlite's extension points carry no types.
# mypy: disable-error-code="import-untyped, no-untyped-call, untyped-decorator, misc"

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


def _instruction(typing: Callable[..., Any]) -> Any:
    """Make a function of compiled code, which the type checker need not understand."""
    return intrinsic(typing)


@_instruction
def borrowed(typing_context: Any, value: Any) -> Any:
    """Return the same array, or tuple of arrays and tuples, whose uses are not counted.

    For compiled functions, and as long as the caller holds what was borrowed.
    """

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        return _without_owner(context, builder, kinds.args[0], args[0])

    return value(value), build


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        view = context.make_array(kind)(context, builder, value)
        view.meminfo = ir.Constant(view.meminfo.type, None)
        view.parent = ir.Constant(view.parent.type, None)
        return view._getvalue()
    if isinstance(kind, types.BaseTuple):
        parts: Any = kind
        for place, part in enumerate(parts.types):
            inner = builder.extract_value(value, place)
            inner = _without_owner(context, builder, part, inner)
            value = builder.insert_value(value, inner, place)
    return value
