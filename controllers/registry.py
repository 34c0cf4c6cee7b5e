"""Planners by name: ours, those of installed packages, and any class that can be imported."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bildsim.assets import asset_path
from bildsim.basics.errors import RunError, UsageError, unknown_name
from bildsim.controllers.knowledge import Knowledge
from bildsim.controllers.planner import AnyPlanner, Problem
from bildsim.controllers.planner_options import (
    PlannerOption,
    in_text,
    options_of,
    with_options,
)
from bildsim.network.link_settings import LinkSettings

BILD_MACRO, EXACT_MACRO = "bild-macro", "bild-macro-exact"
REFERENCE_MACRO = "bild-macro-reference"
LEARNED = "learned"
"""The planner that runs a trained network, `bildsim.controllers.learned`."""
ENTRY_POINTS = "bildsim.planners"
MACRO_PLANNERS: Mapping[str, str] = MappingProxyType(
    {
        BILD_MACRO: "planner:BildMacroPlanner",
        EXACT_MACRO: "exact_planner:ExactMacroPlanner",
        REFERENCE_MACRO: "reference_planner:ReferencePlanner",
    }
)
"""Where the planners with settings of their own are in ``bildsim.controllers.bild_macro``; they
are made by ``Class.of(problem, settings, rounds, links)``."""
BASELINES: Mapping[str, str] = MappingProxyType(
    {
        "static": "reference.static:Static",
        "iid": "reference.iid:IndependentDraws",
        "quantised": "reference.quantised:Quantised",
        "cvt": "voronoi.cvt:Voronoi",
        "cvt_sq": "voronoi.cvt_sq:SquaredVoronoi",
        "cvt_limited": "voronoi.cvt_limited:LimitedVoronoi",
        "hypergradient": "reference.hypergradient:Hypergradient",
        "kde_flow": "kernels.kde_flow:KernelFlow",
        "heat": "kernels.heat:HeatFlow",
        "kde_consensus": "kernels.kde_consensus:ConsensusFlow",
        "ot_assign": "transport.ot_assign:AssignedPlaces",
        "ot_lloyd": "transport.ot_lloyd:TransportLloyd",
        "laguerre": "voronoi.laguerre:Laguerre",
        "ergodic": "spectral.ergodic:ErgodicDescent",
        "smc": "spectral.smc:SpectralCoverage",
        "mmd": "kernels.mmd:EnergyFlow",
        "markov": "reference.markov:MetropolisSwarm",
    }
)
"""Where each is in ``bildsim.controllers.baselines``; modules are imported when asked for."""
MOMENT_PLANNERS: Mapping[str, str] = MappingProxyType(
    {
        "moment-cells": "planner:MomentCells",
        "moment-descent": "planner:MomentDescent",
    }
)
"""Where the planners of moments are in ``bildsim.controllers.moments``."""
PLANNER_NAMES = (*MACRO_PLANNERS, *MOMENT_PLANNERS, *BASELINES, LEARNED)
"""Our planners by name; those of installed packages and ``package.module:Class`` come on top."""
_IMPORTABLE = "package.module:Class"
_PARTS = ("init", "plan", "report")
_Maker = Callable[[Problem], AnyPlanner]


def make_planner(
    name: str,
    problem: Problem,
    macro: object,
    rounds: int,
    links: LinkSettings | None = None,
    policy: Path | None = None,
) -> AnyPlanner:
    """Return the planner of that name for a problem.

    Args:
        name: one of ``PLANNER_NAMES``; or the name of an entry point in the group
            ``bildsim.planners`` of an installed package, unless it is one of ours; or
            ``package.module:Class``. The last two name something that is called with the problem.
        problem: what the planner is asked to do.
        macro: `bildsim.controllers.bild_macro.settings.MacroSettings`, which the planners of that
            package are made with; the others have no settings.
        rounds: communication rounds a control tick.
        links: what becomes of messages; perfect links if left out.
        policy: file of the network of ``learned``; the one that comes with bildsim if left out.

    Raises:
        UsageError: no planner has that name, it cannot be made, a setting is out of range, the
            planner knows nothing of bad links or of policies, or the policy cannot be used.
    """
    return planner_maker(name, macro, rounds, links, policy=policy)(problem)


def planner_maker(
    name: str,
    macro: object,
    rounds: int,
    links: LinkSettings | None = None,
    *,
    policy: Path | None = None,
    own: _Maker | None = None,
    options: str = "",
) -> Callable[[Problem], AnyPlanner]:
    """Return what makes the planner of that name for any problem; see `make_planner`.

    Making one again for another target is cheap: the name is looked up and files are read once.

    Args:
        name: see `make_planner`; with ``own`` only what it is called.
        macro: see `make_planner`.
        rounds: see `make_planner`.
        links: see `make_planner`.
        policy: see `make_planner`.
        own: is called with the problem and returns the planner; then no name is looked up.
        options: of the planner, as `bildsim.controllers.planner_options` reads them.

    Raises:
        UsageError: no planner has that name, it knows nothing of bad links, of policies or of such
            an option, or the policy cannot be used.
    """
    if policy is not None and (name != LEARNED or own is not None):
        raise UsageError(
            "{policy} means nothing for {planner}: it is for {planner:learned}",
            policy=str(policy),
            planner=name,
        )
    links = LinkSettings() if links is None else links
    if links.impairs_messages:
        _require_channel(name, own, links)
    if own is not None:
        return partial(_made_whole, name, with_options(name, own, options), rounds, links)
    # These have settings and links of their own; all others are made of the problem alone.
    if name in MACRO_PLANNERS:
        if options:
            raise UsageError(
                "{planner_option} means nothing for {planner}: its settings are options of their "
                "own, such as {gamma_x:0.01}",
                planner_option=options,
                planner=name,
            )
        found: Any = _imported(name, f"bildsim.controllers.bild_macro.{MACRO_PLANNERS[name]}")
        return partial(found.of, settings=macro, rounds=rounds, links=links)
    maker: Any = with_options(name, _maker(name), options)
    if name == LEARNED:
        maker = partial(maker, policy=_policy(policy))
    return partial(_made, name, maker, rounds, links)


def policy_path(policy: Path | None) -> Path:
    """Return the file of a policy: the one given, or the one that comes with bildsim."""
    return Path(asset_path("policy.npz")) if policy is None else policy


def _policy(policy: Path | None) -> object:
    # Only here: most runs read none.
    from bildsim.controllers.learned.policy_file import read_policy

    return read_policy(policy_path(policy))


def knowledge_of(name: str) -> Knowledge | None:
    """Return what the planner of that name declares that it must know; None if it does not.

    Raises:
        UsageError: no planner has that name, or it cannot be imported.
    """
    if name in MACRO_PLANNERS:
        found: Any = _imported(name, f"bildsim.controllers.bild_macro.{MACRO_PLANNERS[name]}")
    else:
        found = _maker(name)
    return _declared(found)


def options_by_name(name: str) -> Mapping[str, PlannerOption]:
    """Return the options of the planner of that name, by name.

    Raises:
        UsageError: no planner has that name, or it cannot be imported.
    """
    return {} if name in MACRO_PLANNERS else options_of(_maker(name))


def _declared(maker: object) -> Knowledge | None:
    declared = getattr(maker, "knows", None)
    return declared if isinstance(declared, Knowledge) else None


def _require_channel(name: str, own: object, links: LinkSettings) -> None:
    """Refuse bad links for planners whose messages could not be lost."""
    knows = knowledge_of(name) if own is None else _declared(own)
    if knows is not None and (knows.channel or not knows.messages):
        return
    impairment = _first_impairment(links)
    raise UsageError(
        f"{{{impairment}}} is not possible with {{planner}}: {{0}}",
        "its messages do not go over the problem's channel"
        if knows is not None
        else "it does not say whether it talks, in an attribute named knows",
        planner=name,
        **{impairment: getattr(links, impairment)},
    )


def _maker(name: str) -> _Maker:
    if name in MOMENT_PLANNERS:
        return _imported(name, f"bildsim.controllers.moments.{MOMENT_PLANNERS[name]}")
    if name in BASELINES:
        return _imported(name, f"bildsim.controllers.baselines.{BASELINES[name]}")
    if name == LEARNED:
        return _imported(name, "bildsim.controllers.learned.planner:Learned")
    place = place_of(name)
    if place:
        return _imported(name, place)
    raise unknown_planner("planner", name)


def unknown_planner(setting: str, name: str) -> UsageError:
    """Return the error for a planner that nobody has; ``setting`` names it."""
    return unknown_name(setting, name, (*PLANNER_NAMES, *_installed(), _IMPORTABLE))


def place_of(name: str) -> str:
    """Return where a planner that is none of ours is imported from, ``package.module:Class``.

    Args:
        name: such a place itself, or the name of an entry point; nothing is imported.

    Returns:
        Empty for our own planners and for names that nobody has.
    """
    # A colon is in no name of ours.
    if ":" in name:
        return name
    point = None if name in PLANNER_NAMES else _installed().get(name)
    return "" if point is None else f"{point.module}:{point.attr}"


def _installed() -> dict[str, EntryPoint]:
    """Return the planners of installed packages by name; of equal names, the first found."""
    found = entry_points(group=ENTRY_POINTS)
    # Reversed, so that of equal names the first found is written last and stays.
    return {
        point.name: point for point in reversed(tuple(found)) if point.name not in PLANNER_NAMES
    }


def _imported(name: str, place: str) -> _Maker:
    module, _, attribute = place.partition(":")
    try:
        found: _Maker | None = getattr(importlib.import_module(module), attribute, None)
    # Whatever a stranger's module raises when imported is an answer to who named it.
    except Exception as error:
        raise _wrong(name, f" cannot be imported: {_reason(error)}") from error
    if found is None:
        raise _wrong(name, f": the module {module} has no {attribute!r}")
    _require_parts(name, found)
    if not callable(found):
        raise _wrong(name, " is no planner's class: it cannot be called")
    return found


def _made(
    name: str, maker: _Maker, rounds: int, links: LinkSettings, problem: Problem
) -> AnyPlanner:
    # Only here: whoever asks for names need not wait for it.
    from bildsim.network.channel import Channel

    try:
        return maker(replace(problem, rounds=rounds, channel=Channel(links)))
    except UsageError as error:
        raise in_text(error) from None
    except RunError:
        raise
    except Exception as error:
        raise _wrong(name, f" cannot be made: {_reason(error)}") from error


def _made_whole(
    name: str, maker: _Maker, rounds: int, links: LinkSettings, problem: Problem
) -> AnyPlanner:
    """Make a planner of which nothing is known until it is there."""
    planner = _made(name, maker, rounds, links, problem)
    _require_parts(name, planner)
    return planner


def _require_parts(name: str, found: object) -> None:
    missing = [part for part in _PARTS if not callable(getattr(found, part, None))]
    if missing:
        raise _wrong(name, f" is no planner: it has no {' and no '.join(missing)}")


def _first_impairment(links: LinkSettings) -> str:
    """Return which setting impairs messages, the first of several."""
    if links.radio is not None:
        return "radio"
    usual = LinkSettings()
    names = ("loss", "half_range", "link_delay", "send_threshold", "message_format")
    changed = (name for name in names if getattr(links, name) != getattr(usual, name))
    return next(changed, "message_bits")


def _wrong(name: str, what: str) -> UsageError:
    return UsageError("{planner}{0}", what, planner=name)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
