"""bildsim in Python: runs and comparisons as functions that return what came of them.

``simulating`` is one run and ``comparing`` many; ``options`` makes a configuration of keyword
arguments. A run leaves a `Result` (``result``), whose ticks are a `Trajectory` (``trajectory``,
filled by ``recording``); ``saving`` writes and reads what the program writes. ``trials`` are those
of a `Comparison` (``comparison``). ``showing`` draws both, and ``progress`` shows how far
something is.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.api.comparing import compare
    from bildsim.api.comparison import Comparison
    from bildsim.api.result import Result
    from bildsim.api.saving import load
    from bildsim.api.simulating import simulate
    from bildsim.api.trajectory import Trajectory

__all__ = ["Comparison", "Result", "Trajectory", "compare", "load", "simulate"]

__getattr__ = lazy_exports(
    __name__,
    {
        "Comparison": "comparison",
        "Result": "result",
        "Trajectory": "trajectory",
        "compare": "comparing",
        "load": "saving",
        "simulate": "simulating",
    },
)
