"""What compiled passes over robots stand on: vector registers, threads and memory.

`lanes` has eight numbers side by side as a type of compiled functions, `exp` their exponential,
`transpose` the way from rows to lanes and back, `over_robots` divides robots among threads and
`recycled_empty` hands out large arrays without asking the system each time. Nothing here knows of
robots' densities or of planners.
"""

from bildsim.numerics.buffer_pool import recycled_empty
from bildsim.numerics.lanes import WIDTH, aligned_empty
from bildsim.numerics.threads import over_robots, thread_count

__all__ = ["WIDTH", "aligned_empty", "over_robots", "recycled_empty", "thread_count"]
