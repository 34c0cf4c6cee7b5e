"""Planners by name."""

import importlib
from collections.abc import Callable

from bildsim.errors import UsageError, unknown_name
from bildsim.macro_settings import MacroSettings
from controllers.bild_macro import BildMacroPlanner
from controllers.coverage.hypergradient import Hypergradient
from controllers.coverage.static import Static
from controllers.planner import AnyPlanner, Problem

BILD_MACRO = "bild-macro"
_RIVALS: dict[str, Callable[[Problem], AnyPlanner]] = {
    "hypergradient": Hypergradient,
    "static": Static,
}
PLANNER_NAMES = (BILD_MACRO, *_RIVALS)
_PARTS = ("init", "plan", "report")


def make_planner(name: str, problem: Problem, macro: MacroSettings, rounds: int) -> AnyPlanner:
    """Return the planner of that name for a problem.

    Args:
        name: one of ``PLANNER_NAMES``, or ``package.module:Class`` for one of the user's own, which
            is called with the problem.
        problem: what the planner is asked to do.
        macro: settings of BILD-MACRO; the others have none.
        rounds: communication rounds a control tick, for BILD-MACRO.

    Raises:
        UsageError: no planner has that name, or a setting is out of range.
    """
    if name == BILD_MACRO:
        return BildMacroPlanner.of(problem, macro, rounds)
    if name in _RIVALS:
        return _RIVALS[name](problem)
    if ":" in name:
        return _imported(name)(problem)
    raise unknown_name("--planner", name, (*PLANNER_NAMES, "package.module:Class"))


def _imported(name: str) -> Callable[[Problem], AnyPlanner]:
    module, _, attribute = name.partition(":")
    try:
        found: Callable[[Problem], AnyPlanner] = getattr(importlib.import_module(module), attribute)
    except (ImportError, ValueError, TypeError) as error:
        raise UsageError(f"--planner {name} cannot be imported: {error}") from error
    except AttributeError:
        raise UsageError(f"--planner {name}: the module {module} has no {attribute!r}") from None
    missing = [part for part in _PARTS if not callable(getattr(found, part, None))]
    if missing or not callable(found):
        raise UsageError(f"--planner {name} is no planner: it has no {' and no '.join(missing)}")
    return found
