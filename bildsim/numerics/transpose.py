"""From a row a robot to a lane a robot, and back, eight robots at a time.

Between rounds a robot's numbers stand in one row, as messages do; the kernels want eight robots
side by side. Blocks of 8 x 8 numbers are turned in registers, three shuffles a number: first each
pair of rows within 2 x 2 blocks (`_even`, `_odd`), then those blocks within 4 x 4 (`_outer`,
`_inner`), then the four 4 x 4 blocks (`_low`, `_high`). In NumPy it is ``rows[first : first +
8].T.copy()``; here it is compiled because it happens within compiled passes, group by group, so
that no turned copy of all rows is ever made.
"""

# Numba's and llvmlite's extension points carry no types.
# mypy: disable-error-code="import-untyped, no-untyped-call, untyped-decorator, misc"

from typing import Any

from llvmlite import ir
from numba.extending import intrinsic

from bildsim.basics.arrays import Floats
from bildsim.numerics.compiling import inlined
from bildsim.numerics.lanes import LANES, WIDTH, Lanes, load, store


def _shuffle(*mask: int) -> Any:
    """Make a function of two lanes that picks among their elements, 0-7 and 8-15."""

    @intrinsic
    def pick(typing_context: Any, first: Any, second: Any) -> Any:
        def build(context: Any, builder: Any, kinds: Any, args: Any) -> Any:
            places = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), list(mask))
            return builder.shuffle_vector(*args, places)

        return LANES(LANES, LANES), build

    return pick


# In the masks 0-7 are elements of the first value, 8-15 those of the second.
_even = _shuffle(0, 8, 2, 10, 4, 12, 6, 14)
_odd = _shuffle(1, 9, 3, 11, 5, 13, 7, 15)
_outer = _shuffle(0, 1, 8, 9, 4, 5, 12, 13)
_inner = _shuffle(2, 3, 10, 11, 6, 7, 14, 15)
_low = _shuffle(0, 1, 2, 3, 8, 9, 10, 11)
_high = _shuffle(4, 5, 6, 7, 12, 13, 14, 15)


@inlined
def _turned_four(v0: Lanes, v1: Lanes, v2: Lanes, v3: Lanes) -> tuple[Lanes, Lanes, Lanes, Lanes]:
    """Turn the two 4 x 4 blocks in the halves of four lanes."""
    a0, a1, b0, b1 = _even(v0, v1), _even(v2, v3), _odd(v0, v1), _odd(v2, v3)
    return _outer(a0, a1), _outer(b0, b1), _inner(a0, a1), _inner(b0, b1)


@inlined
def gather_rows(rows: Floats, first: int, count: int, lanes: Floats, places: Any) -> None:
    """Write rows first..first+count-1 into lanes: element n of a row to lanes[places[n]].

    Args:
        rows: (N, length), in one piece of memory.
        first: the first row.
        count: 1 to 8; spare lanes repeat the last row.
        lanes: (n, 8).
        places: (length,) or longer.
    """
    length, flat = rows.shape[1], rows.reshape(-1)
    last = count - 1
    r0, r1 = first * length, (first + min(1, last)) * length
    r2, r3 = (first + min(2, last)) * length, (first + min(3, last)) * length
    r4, r5 = (first + min(4, last)) * length, (first + min(5, last)) * length
    r6, r7 = (first + min(6, last)) * length, (first + min(7, last)) * length
    # Rows past the last one are the last one again, so every lane holds numbers that make sense.
    whole = length // WIDTH * WIDTH
    for n in range(0, whole, WIDTH):
        a0, a1, a2, a3 = _turned_four(
            load(flat, r0 + n), load(flat, r1 + n), load(flat, r2 + n), load(flat, r3 + n)
        )
        b0, b1, b2, b3 = _turned_four(
            load(flat, r4 + n), load(flat, r5 + n), load(flat, r6 + n), load(flat, r7 + n)
        )
        store(lanes, places[n], _low(a0, b0))
        store(lanes, places[n + 1], _low(a1, b1))
        store(lanes, places[n + 2], _low(a2, b2))
        store(lanes, places[n + 3], _low(a3, b3))
        store(lanes, places[n + 4], _high(a0, b0))
        store(lanes, places[n + 5], _high(a1, b1))
        store(lanes, places[n + 6], _high(a2, b2))
        store(lanes, places[n + 7], _high(a3, b3))
    # The last columns, fewer than eight, one by one.
    for lane in range(WIDTH):
        for n in range(whole, length):
            lanes[places[n], lane] = rows[first + min(lane, last), n]


@inlined
def scatter_rows(lanes: Floats, rows: Floats, first: int, count: int) -> None:
    """Write lanes[0..length-1] into rows first..first+count-1; the inverse of ``gather_rows``.

    Args:
        lanes: (n, 8), n at least the length of a row.
        rows: (N, length), in one piece of memory.
        first: the first row.
        count: 1 to 8.
    """
    length, flat = rows.shape[1], rows.reshape(-1)
    start = first * length
    whole = length // WIDTH * WIDTH
    for n in range(0, whole, WIDTH):
        a0, a1, a2, a3 = _turned_four(
            load(lanes, n), load(lanes, n + 1), load(lanes, n + 2), load(lanes, n + 3)
        )
        b0, b1, b2, b3 = _turned_four(
            load(lanes, n + 4), load(lanes, n + 5), load(lanes, n + 6), load(lanes, n + 7)
        )
        place = start + n
        # Spare lanes must not be written: the rows after the last belong to others.
        store(flat, place, _low(a0, b0))
        if count > 1:
            store(flat, place + length, _low(a1, b1))
        if count > 2:
            store(flat, place + 2 * length, _low(a2, b2))
        if count > 3:
            store(flat, place + 3 * length, _low(a3, b3))
        if count > 4:
            store(flat, place + 4 * length, _high(a0, b0))
        if count > 5:
            store(flat, place + 5 * length, _high(a1, b1))
        if count > 6:
            store(flat, place + 6 * length, _high(a2, b2))
        if count > 7:
            store(flat, place + 7 * length, _high(a3, b3))
    for lane in range(count):
        for n in range(whole, length):
            rows[first + lane, n] = lanes[n, lane]
