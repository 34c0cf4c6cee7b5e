"""Descriptions of things in TOML: every figure with its value, how it is known and from where.

title = "e-puck2"
base = "reference"                # what is not said here is as there

[robot]
radius = {value = 0.035, mark = "datasheet", source = "GCtronic wiki, e-puck2"}
mass = 0.13                       # in a file of one's own a number will do
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bildsim.basics.errors import UsageError, reason_of, unknown_name
from bildsim.basics.reading.regular_file import read_regular

MARKS = ("measured", "datasheet", "model file", "estimate")
"""How a figure may be known: by somebody's measurement, the maker, a file that those who use the
thing work with, or our estimate."""
TABLES = ("robot", "drive", "radio", "localisation")
"""Tables that a file may hold; who reads it for one of them leaves the others alone."""
SUFFIX = ".toml"
_MOST_BYTES = 100_000
_MOST_BASES = 5
_HEAD = ("title", "base")
_FIGURE = ("value", "mark", "source")


@dataclass(frozen=True)
class Figure:
    """A value and where it comes from.

    Attributes:
        value: what TOML holds: a number, a word, a truth value or a list.
        mark: one of ``MARKS``; empty for a user's own.
        source: where it stands; for a user's own the file.
    """

    value: Any
    mark: str = ""
    source: str = ""


@dataclass(frozen=True)
class Description:
    """What a file says of a thing, with what it takes from its base.

    Attributes:
        name: of the preset, or the file's without its ending.
        title: in words.
        sections: figures by table and key.
        files: what it was read from: its own file, then that of its base, and so on.
    """

    name: str
    title: str = ""
    sections: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def values(self, section: str) -> dict[str, Any]:
        """Return the values of a table by key; empty where there is none."""
        return {key: figure.value for key, figure in self.sections.get(section, {}).items()}


def is_description_file(text: str) -> bool:
    """Whether a setting that takes a name or a file is a file."""
    return text.lower().endswith(SUFFIX) or "/" in text


def preset_names(folder: Path) -> list[str]:
    """Return the names of the descriptions in a folder, in the order of the alphabet."""
    return sorted(path.stem for path in folder.glob("*" + SUFFIX))


def read_description(
    setting: str,
    text: str,
    folder: Path,
    keys: Mapping[str, Collection[str]],
    aliases: Mapping[str, str] = MappingProxyType({}),
    rivals: Mapping[str, str] = MappingProxyType({}),
) -> Description:
    """Return the description that a setting names.

    Args:
        setting: the field that holds it, such as ``robot``, for errors.
        text: name of a preset, or a file.
        folder: where the presets are.
        keys: what each table that is wanted may hold.
        aliases: other names of keys, in any table.
        rivals: keys that say the same in another way, by key: where a file gives one, its base's
            other one is left out.

    Raises:
        UsageError: there is no such preset or file; it is not TOML; a key is unknown, or its base,
            or a figure lacks its value or is there twice.
    """
    return _read(setting, text, folder, keys, (aliases, rivals), Path(), 0)


def _read(
    setting: str,
    text: str,
    folder: Path,
    keys: Mapping[str, Collection[str]],
    others: tuple[Mapping[str, str], Mapping[str, str]],
    beside: Path,
    depth: int,
) -> Description:
    """Return a description.

    ``others`` are aliases and rivals, and ``beside`` is where a base's relative path begins.
    """
    aliases, rivals = others
    if depth > _MOST_BASES:
        raise UsageError(
            f"{{{setting}}} has a base of a base of a base, and so on", **{setting: text}
        )
    if is_description_file(text):
        path = beside / text
    elif text in preset_names(folder):
        path = folder / (text + SUFFIX)
    else:
        raise unknown_name(setting, text, [*preset_names(folder), "FILE.toml"])
    tables = _tables(setting, path)
    where = f"{{{setting}}}:"
    for key in tables:
        if key not in (*_HEAD, *TABLES):
            raise _unknown(setting, text, "key", key, [*_HEAD, *TABLES])
    title, base = (_word(setting, text, tables, key) for key in _HEAD)
    found: dict[str, dict[str, Figure]] = {}
    files: tuple[Path, ...] = (path,)
    if base:
        below = _read(setting, base, folder, keys, others, path.parent, depth + 1)
        files += below.files
        found = {section: dict(figures) for section, figures in below.sections.items()}
        title = title or below.title
    for section in keys.keys() & tables.keys():
        table = tables[section]
        if not isinstance(table, dict):
            raise UsageError(f"{where} {section} is not a table", **{setting: text})
        own: dict[str, Figure] = {}
        for name, value in table.items():
            key = aliases.get(name, name)
            if key not in keys[section]:
                raise _unknown(setting, text, f"key of [{section}]", name, keys[section])
            if key in own:
                raise UsageError(f"{where} {{0}} says {{1}} again", name, key, **{setting: text})
            own[key] = _figure(setting, text, name, value)
        there = found.setdefault(section, {})
        for key in own:
            there.pop(rivals.get(key, key), None)
        there.update(own)
    ordered = {section: found[section] for section in keys if section in found}
    return Description(path.stem, title, ordered, files)


def _tables(setting: str, path: Path) -> dict[str, Any]:
    given = {setting: str(path)}
    try:
        return tomllib.loads(read_regular(path, _MOST_BYTES).decode("utf-8"))
    except OSError as error:
        raise UsageError(
            f"{{{setting}}} cannot be read: {{0}}", reason_of(error), **given
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{{{setting}}} is not a TOML file: byte {{0}} is no text", error.start, **given
        ) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{{{setting}}} is not a TOML file: {{0}}", error, **given) from None


def _word(setting: str, text: str, tables: Mapping[str, Any], key: str) -> str:
    word = tables.get(key, "")
    if not isinstance(word, str):
        raise UsageError(f"{{{setting}}}: {{0}} must be a text", key, **{setting: text})
    return word


def _figure(setting: str, text: str, key: str, value: Any) -> Figure:
    if not isinstance(value, dict):
        return Figure(value, source=text)
    for name in value:
        if name not in _FIGURE:
            raise _unknown(setting, text, f"part of {key}", name, _FIGURE)
    if "value" not in value:
        raise UsageError(f"{{{setting}}}: {{0}} lacks its value", key, **{setting: text})
    mark, source = (_word(setting, text, value, name) for name in ("mark", "source"))
    if mark and mark not in MARKS:
        raise _unknown(setting, text, f"mark of {key}", mark, MARKS)
    return Figure(value["value"], mark, source or text)


def _unknown(setting: str, text: str, what: str, name: str, allowed: Collection[str]) -> UsageError:
    said = unknown_name(f"{what} ", name, allowed).sentence.replace("  ", " ")
    return UsageError(f"{{{setting}}}: {{0}}", said, **{setting: text})
