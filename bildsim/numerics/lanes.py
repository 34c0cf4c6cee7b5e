"""Eight numbers side by side in vector registers, as a type that compiled functions can use.

The planner's arithmetic is the same for every robot, so the kernels work on eight robots at once:
lane l of every value belongs to robot l of the group. Loops then need no remainder, whatever the
order of the family or the size of the grid, sums run in one fixed order, and a robot's result does
not depend on its lane. LLVM vectorises a plain loop where it can prove that its arrays do not
overlap, or checks it each time the loop begins; it keeps no sums in registers from loop to loop,
and takes 256 bits where there are 512. Here the kernels say what they mean. Plain loops take 1.4
to 4 times as long for what is made of lanes, but for one Cholesky factor (``python -m
benchmarks.plain_loops``), and what came as fast, the statistics at points, is plain. Batched NumPy
takes six to ten times as long for a whole round of Algorithm 1 (``python -m
benchmarks.round_cost``). What they cost to compile says ``python -m benchmarks.compile_cost``.

How it is built: `LanesType` tells numba of the type and `_LanesModel` that it is LLVM's <8 x
double>; `_define` gives it arithmetic, and each `_instruction` below is a function whose ``build``
writes one or a few of LLVM's instructions. LLVM takes as many registers for a value as the
processor needs: one with AVX-512, two with AVX2.

Inside compiled functions: ``load``, ``store``, ``maximum`` and others below, and
``+``, ``-``, ``*``, ``/`` between lanes, or between lanes and a float (which then stands for eight
equal numbers).

A register takes 64 bytes, and reading it across the border of two cache lines costs twice: arrays
that the kernels read often come from `bildsim.numerics.aligned` or ``scratch``.
"""

# Numba's and llvmlite's extension points carry no types.
# mypy: disable-error-code="import-untyped, no-untyped-call, untyped-decorator, misc"

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_builtin, lower_cast
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_model

from bildsim.basics.arrays import Floats
from bildsim.numerics.compiling import inlined

WIDTH = 8
Lanes: TypeAlias = Any
_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
# Products may be fused with sums, which rounds once less; nothing is reordered.
_FLAGS = ("contract",)


class LanesType(types.Type):
    """The compiler's name for eight float64 side by side."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


LANES = LanesType()


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


@lower_cast(types.Float, LanesType)
def _spread(context: Any, builder: Any, source: Any, target: Any, value: Any) -> Any:
    value = context.cast(builder, value, source, types.float64)
    # A constant becomes a constant of eight, which LLVM can fold into the arithmetic.
    if isinstance(value, ir.Constant):
        return ir.Constant(_VECTOR, [value.constant] * WIDTH)
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, _index(0))
    same = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), same)


def _index(lane: int) -> ir.Constant:
    return ir.Constant(ir.IntType(32), lane)


def _define(symbol: Callable[..., Any], method: str) -> None:
    @infer_global(symbol)
    class _Typing(AbstractTemplate):
        def generic(self, args: Any, keywords: Any) -> Any:
            known = all(isinstance(arg, LanesType | types.Float) for arg in args)
            return signature(LANES, LANES, LANES) if known and LANES in args else None

    @lower_builtin(symbol, LANES, LANES)
    def _lower(context: Any, builder: Any, kind: Any, args: Any) -> Any:
        return getattr(builder, method)(*args, flags=_FLAGS)


for _symbol, _method in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _define(_symbol, _method)


def _instruction(typing: Callable[..., Any]) -> Any:
    """Make a function of compiled code, which the type checker need not understand."""
    return intrinsic(typing)


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Return where lanes number ``index`` of an (n, 8) array, or element ``index`` of an (n,)."""
    view = context.make_array(kind)(context, builder, array)
    # Strides are not asked for: arrays are in one piece, their rows eight numbers long.
    if kind.ndim == 2:
        index = builder.mul(index, ir.Constant(index.type, WIDTH))
    place = builder.gep(view.data, [index])
    return builder.bitcast(place, _VECTOR.as_pointer())


@_instruction
def load(typing_context: Any, array: Any, index: Any) -> Any:
    """Return row ``index`` of an (n, 8) array, or elements index..index+7 of an (n,) array."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        place = _address(context, builder, kinds.args[0], *args)
        # A row of robots' numbers may start anywhere: only a single number's alignment is promised.
        return builder.load(place, align=8)

    return LANES(array, types.intp), build


@_instruction
def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Write lanes where ``load(array, index)`` would read them."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        place = _address(context, builder, kinds.args[0], args[0], args[1])
        builder.store(args[2], place, align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, LANES), build


@_instruction
def element(typing_context: Any, array: Any, index: Any) -> Any:
    """Return number ``index`` of an array in memory order, with no check for negative indices."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        view = context.make_array(kinds.args[0])(context, builder, args[0])
        return builder.load(builder.gep(view.data, [args[1]]))

    return array.dtype(array, types.intp), build


@_instruction
def spread(typing_context: Any, value: Any) -> Any:
    """Return eight lanes that all hold ``value``."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        return _spread(context, builder, types.float64, LANES, args[0])

    return LANES(types.float64), build


@_instruction
def maximum(typing_context: Any, first: Any, second: Any) -> Any:
    """Return the larger of two lanes, each for itself; ``second`` where either is NaN."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", *args), *args)

    return LANES(LANES, LANES), build


@_instruction
def minimum(typing_context: Any, first: Any, second: Any) -> Any:
    """Return the smaller of two lanes, each for itself; ``second`` where either is NaN."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", *args), *args)

    return LANES(LANES, LANES), build


@_instruction
def total(typing_context: Any, value: Any) -> Any:
    """Return the sum of the eight lanes, lane 0 first."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        result = builder.extract_element(args[0], _index(0))
        for lane in range(1, WIDTH):
            result = builder.fadd(result, builder.extract_element(args[0], _index(lane)))
        return result

    return types.float64(LANES), build


@_instruction
def times_power_of_two(typing_context: Any, value: Any, exponent: Any) -> Any:
    """Return value * 2^k, where ``exponent`` is k + 1.5 * 2^52, k from -1022 to 1023."""

    def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
        # The low bits of ``exponent`` are k as an integer; with the bias 1023 added and moved to
        # where a double has its exponent, they are the number 2^k.
        integers = ir.VectorType(ir.IntType(64), WIDTH)
        bits = builder.bitcast(args[1], integers)
        biased = builder.add(bits, ir.Constant(integers, [1023] * WIDTH))
        shifted = builder.shl(biased, ir.Constant(integers, [52] * WIDTH))
        return builder.fmul(args[0], builder.bitcast(shifted, _VECTOR))

    return LANES(LANES, LANES), build


@inlined
def scratch(rows: int) -> Floats:
    """Return a new (rows, 8) array that starts a cache line, in compiled functions."""
    raw = np.empty((rows + 1) * WIDTH)
    skip = -raw.ctypes.data % 64 // 8
    return raw[skip : skip + rows * WIDTH].reshape((rows, WIDTH))


@inlined
def fill(array: Floats, first: int, last: int, value: float) -> None:
    """Write ``value`` into the rows first..last-1 of an (n, 8) array."""
    for n in range(first, last):
        store(array, n, spread(value))


@inlined
def dot(first: Floats, second: Floats, size: int) -> float:
    """Return the inner product of the first ``size`` elements, a multiple of eight of them."""
    lanes = spread(0.0)
    for n in range(0, size, WIDTH):
        lanes = lanes + load(first, n) * load(second, n)
    return float(total(lanes))
