"""What every room stands on: array types, errors, snapshots, the length of a tick, lazy exports."""

from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.timing import TICK_S

__all__ = ["TICK_S", "RunError", "UsageError"]
