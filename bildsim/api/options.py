"""From keyword arguments to the configuration of a run, and to what no configuration can hold."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.controllers.planner import AnyPlanner, Problem
from bildsim.controllers.planner_options import text_of
from bildsim.programs.config.macro_options import require_use
from bildsim.programs.config.options import Option, is_optional, options, plain, with_values
from bildsim.programs.config.toml_file import merged_toml
from bildsim.programs.config.values import KINDS, from_toml
from bildsim.simulation.brought import Brought
from bildsim.simulation.config import RunConfig
from bildsim.targets.files.reading import AS_IT_IS
from bildsim.targets.files.suffixes import is_file_name
from bildsim.targets.moving_target import MovingTarget
from bildsim.targets.target import Target

PlannerLike: TypeAlias = str | Callable[[Problem], AnyPlanner]
"""A planner's name, ``package.module:Class``, or what is called with the problem: a class, say."""
ConfigLike: TypeAlias = RunConfig | str | os.PathLike[str]
"""A configuration, or the path of a config.toml."""
_PARTS = ("init", "plan", "report")
_OF_OUTPUT = "output"
_EXACT = 2.0**53
_KEPT_OUTPUT = "metrics_period"
_INSTEAD: Mapping[str, str] = {
    "out": "result.save(directory) writes the same files",
    "video": "result.video(path) makes one",
    "view": "result.video(path) draws the view from above",
    "video_speed": "result.video(path, speed=...) takes it",
    "quiet": "progress=False is quiet",
    "profile": "result.summary['time_budget_s'] says where the time went",
    "target_file": "target takes the path of a file too",
}


def configured(
    config: ConfigLike | None, given: Mapping[str, Any], preset: str | None = None
) -> tuple[RunConfig, Brought]:
    """Return what is to be run.

    Args:
        config: where values come from that are not given; the defaults unless given.
        given: values by name: target, start and planner, which may be things, and any option.
        preset: named settings of BILD-MACRO to start from.

    Raises:
        UsageError: an option is unknown or without effect, or a value is wrong.
    """
    base = _base(config)
    if preset is not None:
        if preset not in PRESETS:
            raise unknown_name("preset", str(preset), PRESETS)
        base = replace(base, macro=PRESETS[preset])
    rest = dict(given)
    target, start = rest.pop("target", None), rest.pop("start", None)
    planner = rest.pop("planner", None)
    if isinstance(rest.get("planner_option"), Mapping):
        rest["planner_option"] = text_of(rest["planner_option"])
    if isinstance(rest.get("obstacle"), list | tuple):
        rest["obstacle"] = " ".join(map(str, rest["obstacle"]))
    values = _values(rest)
    if target is not None:
        base = replace(base, target_file=None, reading=AS_IT_IS)
    values_of_target, own_target = _target(target)
    values_of_start, own_start = _start(start)
    values_of_planner, own_planner = _planner(planner)
    values |= values_of_target | values_of_start | values_of_planner
    made = with_values(base, values)
    typed = rest if preset is None else {**rest, "preset": preset}
    require_use(typed, made.macro, [made.planner], "planner")
    return made, Brought(own_target, own_start, own_planner)


def _base(config: ConfigLike | None) -> RunConfig:
    if config is None:
        return RunConfig()
    if isinstance(config, RunConfig):
        return config
    if isinstance(config, str | os.PathLike):
        return merged_toml(RunConfig(), Path(config), "config")
    raise UsageError(
        "{config} is no configuration: allowed are a RunConfig and the path of a config.toml",
        config=config,
    )


_Values: TypeAlias = dict[tuple[str, ...], Any]


def _values(given: Mapping[str, Any]) -> _Values:
    """Return the values of options by path, checked for their types."""
    known = {option.name: option for option in options(RunConfig())}
    return {_known(known, name).path: _value(known[name], v) for name, v in given.items()}


def _known(known: Mapping[str, Option], name: str) -> Option:
    option = known.get(name)
    foreign = option is not None and option.path[0] == _OF_OUTPUT and name != _KEPT_OUTPUT
    if foreign or name in _INSTEAD:
        instead = _INSTEAD.get(name, f"it is for python -m bildsim.run --{name.replace('_', '-')}")
        raise UsageError(f"{name} is no argument here: {instead}")
    if option is None:
        allowed = [name for name, item in known.items() if item.path[0] != _OF_OUTPUT]
        near = difflib.get_close_matches(name, [*allowed, _KEPT_OUTPUT], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "bildsim run --help lists all"
        raise UsageError(f"{name} is no option of a run: {hint}")
    return option


def _value(option: Option, value: Any) -> Any:
    if value is None and is_optional(option.hint):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if plain(option.hint) is int and isinstance(value, float) and value.is_integer():
        # What was computed in Python often is a float; above 2^53 it may be another number.
        value = int(value) if abs(value) <= _EXACT else value
    if plain(option.hint) is Path and isinstance(value, os.PathLike):
        return Path(value)
    if value is None:
        kind = KINDS.get(plain(option.hint), "text")
        raise UsageError(f"{{{option.name}}} is not {kind}", **{option.name: None})
    return from_toml(option.name, option.hint, value)


def _target(target: Any) -> tuple[_Values, Any]:
    if target is None:
        return {}, None
    if isinstance(target, os.PathLike) or (isinstance(target, str) and is_file_name(target)):
        return {("target_file",): Path(target)}, None
    if isinstance(target, str):
        return {("target",): target}, None
    return {("target",): target_name(target)}, target


def target_name(target: Any) -> str:
    """Return what a target that was given as a thing is called."""
    if isinstance(target, Target | MovingTarget):
        return target.name
    if isinstance(target, list | tuple) or hasattr(target, "__array__"):
        return "array"
    return str(getattr(target, "__name__", "function")).strip("<>")


def _start(start: Any) -> tuple[_Values, Any]:
    if start is None:
        return {}, None
    if isinstance(start, str | os.PathLike):
        return {("swarm", "start"): os.fspath(start)}, None
    return {("swarm", "start"): "array"}, start


def _planner(planner: Any) -> tuple[_Values, Any]:
    if planner is None:
        return {}, None
    if isinstance(planner, str):
        return {("planner",): planner}, None
    if not callable(planner):
        raise UsageError(
            "planner is {0}: allowed are a name, package.module:Class, or what is called with a "
            "Problem and returns a planner, such as a class",
            _kind(planner),
        )
    place = _importable(planner)
    return {("planner",): place or planner_name(planner)}, None if place else planner


def _kind(thing: object) -> str:
    name = type(thing).__name__
    return f"an instance of {name}" if all(hasattr(thing, part) for part in _PARTS) else name


def planner_name(planner: Any) -> str:
    """Return what a planner that was given as a thing is called."""
    found = getattr(planner, "__qualname__", None) or type(planner).__name__
    return str(found).rpartition(".")[2].strip("<>")


def _importable(planner: Any) -> str:
    """Return ``package.module:Class`` for what can be had by it in any process; else nothing."""
    module, name = getattr(planner, "__module__", None), getattr(planner, "__qualname__", ".")
    whole = isinstance(planner, type) and all(hasattr(planner, part) for part in _PARTS)
    if not whole or module in (None, "__main__") or "." in name:
        return ""
    return f"{module}:{name}" if getattr(sys.modules.get(module), name, None) is planner else ""
