"""Options of BILD-MACRO that were typed where no planner listens to them: said, never silent."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.registry import EXACT_MACRO, MACRO_PLANNERS

# Every planner's swarm is fitted with it.
_OF_ALL = {"regularisation"}
_OF_ESTIMATES = {
    "learning",
    "gamma_y",
    "y_spread",
    "curvature_limit",
    "laziness",
    "warmup_rounds",
    "consensus",
}
"""Settings of how robots estimate the density, which is known to all with the exact planner."""


def require_use(
    words: Mapping[str, Any], settings: MacroSettings, planners: Iterable[str], field: str
) -> None:
    """Make sure that every option of BILD-MACRO that was typed has an effect.

    Args:
        words: what was typed, by the option's name.
        settings: all that follows from it.
        planners: those that will run.
        field: the option that names them.

    Raises:
        UsageError: one has none.
    """
    names = list(planners)
    given = [item.name for item in fields(MacroSettings) if item.name in words]
    for name in (*given, *(["preset"] if "preset" in words else [])):
        users = _users(name)
        if name not in _OF_ALL and users.isdisjoint(names):
            raise UsageError(
                f"{{{name}}} means nothing with {{{field}}}: it is for {{0}}",
                ", ".join(planner for planner in MACRO_PLANNERS if planner in users),
                **{name: words[name], field: ",".join(names)},
            )
        if name in settings.idle:
            other, wanted = settings.idle[name]
            raise UsageError(
                f"{{{name}}} means nothing with {{{other}}}: it is for {{{other}:{wanted}}}",
                **{name: words[name], other: getattr(settings, other)},
            )


def _users(name: str) -> set[str]:
    """Return the planners that a setting means something to."""
    return set(MACRO_PLANNERS) - ({EXACT_MACRO} if name in _OF_ESTIMATES else set())
