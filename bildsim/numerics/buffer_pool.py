"""Large arrays whose memory is used again once nobody holds them.

A round of Algorithm 1 makes new arrays of a megabyte at N = 100. The C library gives such blocks
back to the system when they are freed, and fetching their pages again took a quarter of the round.
"""

import weakref
from math import prod

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.numerics.lanes import aligned_empty

# Smaller ones stay with the C library, which is as quick with them.
_LEAST = 1 << 14
_KEPT = 4
_spare: dict[int, list[Floats]] = {}


def recycled_empty(*shape: int) -> Floats:
    """Return an array that starts a cache line, of unknown content, as ``aligned_empty`` does.

    Its memory goes to a later array of the same size when the last view of it is gone.
    """
    size = prod(shape)
    if size < _LEAST:
        return aligned_empty(*shape)
    spare = _spare.setdefault(size, [])
    block = spare.pop() if spare else aligned_empty(size)
    # NumPy sees no array behind a memoryview, so the lease stays the base of all views of it.
    lease = np.frombuffer(block.data, dtype=np.float64)
    weakref.finalize(lease, _take_back, block).atexit = False
    return lease.reshape(shape)


def _take_back(block: Floats) -> None:
    spare = _spare[block.size]
    if len(spare) < _KEPT:
        spare.append(block)
