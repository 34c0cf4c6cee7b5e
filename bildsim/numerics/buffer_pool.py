"""Large arrays whose memory is used again once nobody holds them.

A round of Algorithm 1 makes new arrays of a megabyte at N = 100. The C library gives such blocks
back to the system when they are freed, and fetching their pages again takes 4 to 12 % of a round
(``python -m benchmarks.round_cost`` prints a round with and without the pool; more where the
library's threshold for such blocks is fixed). Only the sizes in use lately are kept, so that a
swarm whose numbers change does not gather blocks of every size.
"""

import weakref
from collections import OrderedDict
from math import prod

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.numerics.lanes import aligned_empty

# Smaller ones stay with the C library, which is as quick with them.
_LEAST = 1 << 14
# A round needs the old and the new of three sizes: y and r, moments, and q.
_BLOCKS, _SIZES = 4, 4
_spare: OrderedDict[int, list[Floats]] = OrderedDict()


def recycled_empty(*shape: int) -> Floats:
    """Return an array that starts a cache line, of unknown content, as ``aligned_empty`` does.

    Its memory goes to a later array of the same size when the last view of it is gone.
    """
    size = prod(shape)
    if size < _LEAST:
        return aligned_empty(*shape)
    spare = _spare.setdefault(size, [])
    _spare.move_to_end(size)
    while len(_spare) > _SIZES:
        _spare.popitem(last=False)
    block = spare.pop() if spare else aligned_empty(size)
    # NumPy sees no array behind a memoryview, so the lease stays the base of all views of it.
    lease = np.frombuffer(block.data, dtype=np.float64)
    weakref.finalize(lease, _take_back, block).atexit = False
    return lease.reshape(shape)


def _take_back(block: Floats) -> None:
    """Keep a block that nobody holds any more, if its size is still in use."""
    spare = _spare.get(block.size)
    if spare is not None and len(spare) < _BLOCKS:
        spare.append(block)
