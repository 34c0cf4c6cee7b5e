"""What compiled passes over robots stand on: vector registers and threads.

`lanes` has eight numbers side by side as a type of compiled functions, `exp` their exponential,
`transpose` the way from rows to lanes and back, and `over_robots` divides robots among threads.
Nothing here knows of robots' densities or of planners.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.numerics.aligned import aligned_empty
    from bildsim.numerics.lanes import WIDTH
    from bildsim.numerics.threads import over_robots, thread_count, usable_cores

__all__ = ["WIDTH", "aligned_empty", "over_robots", "thread_count", "usable_cores"]

_HOMES = {
    "WIDTH": "lanes",
    "aligned_empty": "aligned",
    "over_robots": "threads",
    "thread_count": "threads",
    "usable_cores": "threads",
}
__getattr__ = lazy_exports(__name__, _HOMES)
