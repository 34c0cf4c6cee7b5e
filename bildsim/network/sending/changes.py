"""When a message has changed so much that it is worth sending."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints

TIMES_SAID = 3
"""Over links that lose messages a robot speaks in so many rounds on end when something has changed:
that all are lost is rare."""
MOST_SILENT = 20
"""Over such links it speaks every so many rounds, too, when nothing changes."""


def changed(message: Floats, told: Floats, blocks: Sequence[int], threshold: float) -> Bools:
    """Return who has something new to say, (N,).

    A robot has where any block of its message is farther from what it last sent, in the Euclidean
    norm, than the threshold times the norm of what it last sent; by block, as numbers of one are
    alike and those of another may be a thousand times smaller.

    Args:
        message: (N, k) what each would say now.
        told: (N, k) what each said last; not a number for who has said nothing.
        blocks: how many numbers stand in each block; k in all.
        threshold: share, 0 or more.
    """
    result = np.zeros(len(message), dtype=np.bool_)
    first = 0
    for numbers in blocks:
        now, last = message[:, first : first + numbers], told[:, first : first + numbers]
        apart = np.sqrt(((now - last) ** 2).sum(axis=1))
        size = np.sqrt((last**2).sum(axis=1))
        # So that who has said nothing, of whom neither is a number, speaks.
        result |= ~(apart <= threshold * size)
        first += numbers
    return result


def repeats(age: Ints) -> Bools:
    """Return who says again what might have been lost, (N,).

    Nobody knows that something is missing: whoever has missed a change would otherwise go by what
    was before for as long as nothing else changes, while all others go by the new.

    Args:
        age: (N,) rounds since each robot had something new to say.
    """
    again: Bools = (age < TIMES_SAID) | (age % MOST_SILENT == 0)
    return again
