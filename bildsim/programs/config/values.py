"""Values of settings, from the words of a command line or from a TOML file: the same checks."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.programs.config.options import is_optional, plain
from bildsim.programs.config.paths import path_of_text, words_of_text

KINDS = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    Path: "a path, as text",
}
"""What a value must be, in words."""


def from_words(name: str, hint: Any, words: str) -> Any:
    """Return what a command line says of a setting, as its type.

    Args:
        name: the setting.
        hint: its type.
        words: its value as it was typed.

    Raises:
        UsageError: it is of another type.
    """
    if is_optional(hint) and words == "None":
        return None
    kind = plain(hint)
    if get_origin(kind) is Literal:
        return _choice(name, kind, words)
    if kind is Path:
        _require_name(name, words)
        return Path(words)
    if kind not in (int, float):
        return words
    try:
        return kind(words)
    except ValueError as error:
        # Python reads no more than some thousand digits, lest that take for ever.
        if kind is int and words.strip().lstrip("+-").isdigit():
            raise UsageError(f"{{{name}}} has too many digits", **{name: True}) from error
        raise UsageError(f"{{{name}}} is not {KINDS[kind]}", **{name: words}) from None


def from_toml(name: str, hint: Any, value: Any) -> Any:
    """Return what a TOML file says of a setting, as its type; whole numbers do for numbers.

    Raises:
        UsageError: it is of another type.
    """
    kind = plain(hint)
    if get_origin(kind) is Literal:
        return _choice(name, kind, value)
    if kind is float and type(value) in (int, float):
        with suppress(OverflowError):  # TOML's whole numbers have no largest
            return float(value)
    elif kind is Path and type(value) is str:
        _require_name(name, value)
        return path_of_text(value)
    elif kind is str and type(value) is str:
        return words_of_text(value)
    elif type(value) is kind:
        return value
    raise UsageError(f"{{{name}}} is not {KINDS[kind]}", **{name: _shown(value)})


def _require_name(name: str, words: str) -> None:
    """Refuse the empty path, which would be the current directory."""
    if not words:
        raise UsageError(f"{{{name}}} is empty: it must name a file or a directory", **{name: ""})


def _shown(value: Any) -> Any:
    """Return a value as a sentence can say it: True alone would stand for the setting's name."""
    return "true" if value is True else value


def _choice(name: str, kind: Any, value: Any) -> Any:
    if value not in get_args(kind):
        raise unknown_name(name, str(value), get_args(kind))
    return value
