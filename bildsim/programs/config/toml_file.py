"""Configurations to and from TOML files."""

import tomllib
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import tomli_w
import tyro

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.simulation.config import RunConfig

_OPTION = "--config"
_PLACES = ("out", "video", "checkpoint", "resume")
_Settings = TypeVar("_Settings")


def to_toml(config: RunConfig) -> str:
    """Return the configuration as TOML that `from_toml` reads back.

    Where this run's results went, checkpoints among them, is left out, so that the file runs again
    as it is, and so are settings that are no options of the configuration's program.
    """
    values = _offered(config)
    for place in _PLACES:
        values["output"].pop(place, None)
    return tomli_w.dumps(_storable(values))


def _offered(settings: Any) -> dict[str, Any]:
    """Return the settings, and those in them, by the names that are options."""
    values = {name: getattr(settings, name) for name in _option_names(type(settings))}
    return {
        name: _offered(value) if is_dataclass(value) else value for name, value in values.items()
    }


def _option_names(settings: Any) -> list[str]:
    """Return the fields that are options: those that the command line does not suppress."""
    hints = get_type_hints(settings, include_extras=True)
    return [
        item.name
        for item in fields(settings)
        if tyro.conf.Suppress not in getattr(hints[item.name], "__metadata__", ())
    ]


def from_toml(path: Path) -> RunConfig:
    """Read a run's configuration; what the file leaves out keeps its default.

    Raises:
        UsageError: the file cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    return merged_toml(RunConfig(), path)


def config_of_toml(text: str, where: str) -> RunConfig:
    """Read a run's configuration from what `to_toml` returned.

    Args:
        text: the TOML.
        where: what it was read from, for errors.

    Raises:
        UsageError: it is not TOML, or has an unknown key or a wrong value.
    """
    try:
        return _merged(RunConfig(), tomllib.loads(text), where)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where} the configuration is not TOML: {error}") from None


def merged_toml(base: _Settings, path: Path) -> _Settings:
    """Return the dataclass ``base`` with what the file says in place of its own.

    Raises:
        UsageError: the file cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{_OPTION} {path} cannot be read: {reason}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{_OPTION} {path} is not a TOML file: {error}") from None
    return _merged(base, values, f"{_OPTION} {path}:")


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    """Return what TOML can say: paths as text, and nothing for None."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            result[name] = _storable(value)
        elif value is not None:
            result[name] = str(value) if isinstance(value, Path) else value
    return result


def _merged(base: _Settings, values: dict[str, Any], where: str) -> _Settings:
    """Return the dataclass ``base`` with ``values`` in place of its own."""
    names = _option_names(type(base))
    hints = get_type_hints(type(base))
    changed = {}
    for name, value in values.items():
        if name not in names:
            raise unknown_name(f"{where} key", name, names)
        own = getattr(base, name)
        if is_dataclass(own) and isinstance(value, dict):
            changed[name] = _merged(own, value, f"{where} table {name},")
        else:
            changed[name] = _converted(hints[name], value, f"{where} key {name}")
    return replace(base, **changed)  # type: ignore[type-var]


def _converted(hint: Any, value: Any, what: str) -> Any:
    """Return the value as the type that the hint asks for."""
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise unknown_name(f"{what} =", str(value), get_args(hint))
        return value
    if (hint is float or float in get_args(hint)) and type(value) in (int, float):
        with suppress(OverflowError):  # TOML's whole numbers have no largest
            return float(value)
    if hint in (int, str, bool) and type(value) is hint:
        return value
    if type(value) in (int, str) and type(value) in get_args(hint):
        return value
    if float in get_args(hint) and type(value) in (int, float):
        with suppress(OverflowError):
            return float(value)
    if Path in get_args(hint) and type(value) is str:
        return Path(value)
    raise UsageError(f"{what} = {value!r} is not allowed: it must be {_wanted(hint)}")


def _wanted(hint: Any) -> str:
    if is_dataclass(hint):
        return "a table"
    # What may be left out is written as a union with None.
    kind = next(iter(get_args(hint)), hint)
    return f"of type {kind.__name__.lower()}"
