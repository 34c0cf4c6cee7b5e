"""Planners by name."""

from collections.abc import Callable

from bildsim.errors import unknown_name
from bildsim.macro import MacroSettings
from controllers.bild_macro import BildMacroPlanner
from controllers.coverage.hypergradient import Hypergradient
from controllers.coverage.static import Static
from controllers.planner import AnyPlanner, Problem

_RIVALS: dict[str, Callable[[Problem], AnyPlanner]] = {
    "hypergradient": Hypergradient.of,
    "static": Static.of,
}
BILD_MACRO = "bild-macro"
PLANNER_NAMES = (BILD_MACRO, *_RIVALS)


def make_planner(name: str, problem: Problem, macro: MacroSettings, rounds: int) -> AnyPlanner:
    """Return the planner of that name for a problem.

    Args:
        name: one of ``PLANNER_NAMES``.
        problem: what the planner is asked to do.
        macro: settings of BILD-MACRO; the others have none.
        rounds: communication rounds a control tick, for BILD-MACRO.

    Raises:
        UsageError: no planner has that name, or a setting is out of range.
    """
    if name == BILD_MACRO:
        return BildMacroPlanner.of(problem, macro, rounds)
    if name not in _RIVALS:
        raise unknown_name("--planner", name, PLANNER_NAMES)
    return _RIVALS[name](problem)
