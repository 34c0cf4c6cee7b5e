"""Configurations to and from TOML files."""

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from bildsim.basics.errors import UsageError, reason_of, unknown_name
from bildsim.basics.reading.regular_file import TooLargeError, read_regular
from bildsim.programs.config.options import Option, options, with_values
from bildsim.programs.config.paths import path_as_text, words_as_text
from bildsim.programs.config.values import from_toml

_OPTION = "--config"
_MOST_BYTES = 1_000_000
# The time and memory that tomllib takes for a.b.c and so on grow with the square of its length.
_MOST_DOTS = 5_000
_Settings = TypeVar("_Settings")


def to_toml(config: Any) -> str:
    """Return the configuration, a dataclass, as TOML that `merged_toml` reads back.

    What is not UTF-8, which TOML lacks, is spelled as `bildsim.programs.config.paths` says.
    Fields with the metadata ``stored=False``, such as where results went, are left out, so that the
    file runs again as it is.
    """
    return tomli_w.dumps(_storable(config))


def _storable(settings: Any) -> dict[str, Any]:
    """Return what TOML can say: paths as text, dataclasses as tables, and nothing for None."""
    result: dict[str, Any] = {}
    for item in fields(settings):
        value = getattr(settings, item.name)
        if is_dataclass(value):
            result[item.name] = _storable(value)
        elif value is not None and item.metadata.get("stored", True):
            result[item.name] = _plain(value)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return path_as_text(value)
    return words_as_text(value) if isinstance(value, str) else value


def config_of_toml(base: _Settings, text: str, where: str) -> _Settings:
    """Return the dataclass ``base`` with what `to_toml` wrote in place of its own.

    Args:
        base: the defaults.
        text: the TOML.
        where: what it was read from, for errors.

    Raises:
        UsageError: it is not TOML, or has an unknown key or a wrong value.
    """
    return _merged(base, _parsed(text, f"{where} the configuration is not TOML"), where)


def merged_toml(base: _Settings, path: Path, option: str = _OPTION) -> _Settings:
    """Return the dataclass ``base`` with what the file says in place of its own.

    Args:
        base: the defaults.
        path: the file.
        option: what named the file, for errors.

    Raises:
        UsageError: the file cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        text = text_of(path)
    except TooLargeError as error:
        raise UsageError(f"{option} {path} {reason_of(error)}") from None
    except OSError as error:
        raise UsageError(f"{option} {path} cannot be read: {reason_of(error)}") from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{option} {path} is not a TOML file: byte {error.start} is no text"
        ) from None
    values = _parsed(text, f"{option} {path} is not a TOML file")
    return _merged(base, values, f"{option} {path}:")


def _parsed(text: str, problem: str) -> dict[str, Any]:
    if text.count(".") > _MOST_DOTS:
        raise UsageError(f"{problem}: it has more than {_MOST_DOTS} dots, and keys have few")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UsageError(f"{problem}: it is nested too deep") from None
    # Of numbers of thousands of digits, too, which Python does not read.
    except ValueError as error:
        raise UsageError(f"{problem}: {error}") from None


def text_of(path: Path) -> str:
    """Return what a TOML file says.

    Raises:
        TooLargeError: it is longer than any configuration.
        OSError: it cannot be read.
        UnicodeDecodeError: it is no text.
    """
    return read_regular(path, _MOST_BYTES).decode("utf-8")


def _merged(base: _Settings, values: dict[str, Any], where: str) -> _Settings:
    by_path = {option.path: option for option in options(base)}
    return with_values(base, _read(by_path, (), values, where))


def _read(
    by_path: dict[tuple[str, ...], Option],
    table: tuple[str, ...],
    values: dict[str, Any],
    where: str,
) -> dict[tuple[str, ...], Any]:
    """Return the values of a table and those in it by path."""
    depth, found = len(table), {}
    names = list(dict.fromkeys(path[depth] for path in by_path if path[:depth] == table))
    for name, value in values.items():
        path = (*table, name)
        if name not in names:
            raise unknown_name(f"{where} key", name, names)
        if path in by_path:
            try:
                found[path] = from_toml(name, by_path[path].hint, value)
            except UsageError as error:
                raise UsageError.renamed(error, lambda key, said: _key(where, key, said)) from None
        elif isinstance(value, dict):
            found |= _read(by_path, path, value, f"{where} table {name},")
        else:
            raise UsageError(f"{where} key {name} = {value!r} is not a table")
    return found


def _key(where: str, key: str, value: object) -> str:
    return f"{where} key {key} = {value!r}"
