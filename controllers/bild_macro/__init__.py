"""BILD-MACRO, the distributed bilevel planner of arXiv 2604.11712: algorithm, settings, planners.

`ReferenceMacro` is Algorithm 1 in NumPy, equation by equation, to be read first. `BildMacro` is the
same compiled, `MacroOverLinks` the same over links that lose messages, with a consensus of
`bildsim.controllers.consensus`. `BildMacroPlanner`, `ReferencePlanner` and `ExactMacroPlanner`
(which knows the swarm's density instead of estimating it) make planners of them; `MacroSettings`
holds the constants and `PRESETS` named sets of them. What can be said of step sizes before and
during a run is in `step_sizes` and `stability`, the solves of Remark 3 are in `solvers`, our own
step and learning rules in `step_rule` and `newton_learning`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bildsim.controllers.bild_macro.settings import (
    FIXED,
    PAPER,
    PRESETS,
    WASSERSTEIN,
    MacroSettings,
)

if TYPE_CHECKING:
    from bildsim.controllers.bild_macro.algorithm import BildMacro, Hypergradient, MacroState
    from bildsim.controllers.bild_macro.algorithm_over_links import MacroOverLinks
    from bildsim.controllers.bild_macro.exact_planner import ExactMacroPlanner
    from bildsim.controllers.bild_macro.planner import BildMacroPlanner
    from bildsim.controllers.bild_macro.reference import ReferenceMacro
    from bildsim.controllers.bild_macro.reference_planner import ReferencePlanner

__all__ = [
    "FIXED",
    "PAPER",
    "PRESETS",
    "WASSERSTEIN",
    "BildMacro",
    "BildMacroPlanner",
    "ExactMacroPlanner",
    "Hypergradient",
    "MacroOverLinks",
    "MacroSettings",
    "MacroState",
    "ReferenceMacro",
    "ReferencePlanner",
]

# Imported when they are asked for: a command line needs the settings alone, and is to answer
# a call for help before compiled code is loaded.
_HOMES = {
    "BildMacro": "algorithm",
    "BildMacroPlanner": "planner",
    "ExactMacroPlanner": "exact_planner",
    "Hypergradient": "algorithm",
    "MacroOverLinks": "algorithm_over_links",
    "MacroState": "algorithm",
    "ReferenceMacro": "reference",
    "ReferencePlanner": "reference_planner",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
