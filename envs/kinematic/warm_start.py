"""Warm start: the last step's contact impulses as a first guess for the next.

In a standing crowd the impulses change little from step to step. Starting from the last ones, the
solver goes on where it stopped, and ten sweeps do what would else take a hundred. Rows, (M,), are
found again by the robots' numbers, in (N, 8) places: compiled loops, that stop where they find one.
"""

from typing import NamedTuple

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.envs.kinematic.collision_detection import Rows
from bildsim.numerics.compiling import kernel

# A disc has at most six neighbours of its size and two walls; a guess without a place is lost.
_PLACES = 8
_NOBODY = -9
_compiled = kernel(__file__)


class Memory(NamedTuple):
    """The pushing contacts of the last step, each with its robot of the higher number.

    Attributes:
        other: the other robot or wall, (N, 8).
        impulse: what it pushed, (N, 8), m/s.
    """

    other: Ints
    impulse: Floats


def make_memory(robots: int) -> Memory:
    """Return the memory of robots that touch nothing."""
    return Memory(np.full((robots, _PLACES), _NOBODY), np.zeros((robots, _PLACES)))


@_compiled
def recall(count: int, rows: Rows, memory: Memory) -> None:
    """Give each row the impulse that the same contact had, or 0."""
    for k in range(count):
        robot, other = max(rows.first[k], rows.second[k]), min(rows.first[k], rows.second[k])
        for place in range(_PLACES):
            if memory.other[robot, place] == other:
                rows.impulse[k] = memory.impulse[robot, place]
                break
            # Places are filled from the front.
            if memory.other[robot, place] == _NOBODY:
                break


@_compiled
def remember(count: int, rows: Rows, memory: Memory) -> None:
    """Keep the impulses of the contacts that push, and forget all others."""
    memory.other[:] = _NOBODY
    for k in range(count):
        if rows.impulse[k] > 0.0:
            robot, other = max(rows.first[k], rows.second[k]), min(rows.first[k], rows.second[k])
            for place in range(_PLACES):
                if memory.other[robot, place] == _NOBODY:
                    memory.other[robot, place] = other
                    memory.impulse[robot, place] = rows.impulse[k]
                    break
