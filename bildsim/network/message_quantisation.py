"""Numbers in messages with few bits, and what a message then weighs."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError
from bildsim.network.link_settings import DOUBLE
from bildsim.numerics.compiling import kernel
from bildsim.numerics.threads import over_robots

_compiled = kernel(__file__)

_STEP_BYTES = 4


def rounded(messages: Floats, bits: int) -> Floats:
    """Return the messages as they are read at the other end.

    Each row is one message: whole multiples of a step of its own, which is its largest absolute
    number over 2^(bits - 1) - 1, each to the nearest; so no number is wrong by more than half a
    step. Nothing changes with 64 bits.

    Args:
        messages: (n, k).
        bits: 2 to 32, or 64.
    """
    if bits == DOUBLE:
        return messages
    result = np.empty_like(messages)
    over_robots(len(messages), _round, messages, float(2 ** (bits - 1) - 1), result)
    return result


def as_floats(messages: Floats, bits: int) -> Floats:
    """Return numbers as floating-point numbers of so many bits hold them.

    Args:
        messages: any shape; no larger than 65,504 for 16 bits.
        bits: 16, 32 or 64.

    Raises:
        RunError: a number is too large for so few bits.
    """
    if bits == DOUBLE:
        return messages
    with np.errstate(over="ignore"):
        written = messages.astype(f"f{bits // 8}").astype(np.float64)
    wrong = np.isinf(written) & np.isfinite(messages)
    if wrong.any():
        raise RunError(
            f"a message holds the number {messages[wrong][0]:g}, too large for float{bits}; wider "
            "numbers would do"
        )
    return written


def message_bytes(blocks: Iterable[int], bits: int) -> int:
    """Return the bytes of payload of one message.

    Args:
        blocks: how many numbers stand behind each step, one step a block.
        bits: 2 to 32, with a step of 4 bytes for each block, or 64 without any.
    """
    if bits == DOUBLE:
        return sum(blocks) * DOUBLE // 8
    return sum(math.ceil(numbers * bits / 8) + _STEP_BYTES for numbers in blocks)


@_compiled
def _round(first: int, last: int, messages: Floats, levels: float, result: Floats) -> None:
    """Round the rows first..last-1."""
    for i in range(first, last):
        largest = 0.0
        for k in range(messages.shape[1]):
            largest = max(largest, abs(messages[i, k]))
        step = largest / levels
        for k in range(messages.shape[1]):
            result[i, k] = np.rint(messages[i, k] / step) * step if step > 0.0 else 0.0
