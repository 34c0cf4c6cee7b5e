"""The command line of a program whose configuration is a dataclass: options, help, sentences.

Words are split by the standard library's argparse, which also lays out the help; every value stays
text until `bildsim.programs.config.values` reads it, as it reads those of a TOML file. So all
complaints are our own sentences, whatever a parser's next version prints. A word after an option
that takes a value is its value, unless it is itself an option; of an option given twice the last
counts, but for those whose values are joined; ``--a-b`` and ``--a_b`` are the same.
"""

import sys
from argparse import (
    SUPPRESS,
    ArgumentError,
    ArgumentParser,
    BooleanOptionalAction,
    Namespace,
)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from bildsim.basics.errors import UsageError, in_digits, unknown_name
from bildsim.basics.names import shown
from bildsim.programs.config.called import typed
from bildsim.programs.config.hints import hint_at
from bildsim.programs.config.options import Option, options, with_values
from bildsim.programs.config.toml_file import merged_toml
from bildsim.programs.config.values import from_words

_Config = TypeVar("_Config")
Presets = Mapping[str, Mapping[str, Any]]
"""Named sets of values by the fields of a configuration."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


@dataclass(frozen=True)
class CommandLine(Generic[_Config]):
    """A command line that was split into options, not yet read.

    Attributes:
        default: the program's configuration unless told otherwise.
        words: what was given, by the option's name: text, or whether a flag is set.
        presets: values that ``--preset`` may name; None where the program has no --config either.
    """

    default: _Config
    words: Mapping[str, Any]
    presets: Presets | None

    def base(self, default: _Config) -> _Config:
        """Return ``default`` with the file and the preset that are named in place of its own.

        Raises:
            UsageError: the file cannot be read or holds something wrong, or there is no such
                preset.
        """
        if "config" in self.words:
            default = merged_toml(default, from_words("config", Path, self.words["config"]))
        if "preset" not in self.words:
            return default
        presets, name = self.presets or {}, self.words["preset"]
        if name not in presets:
            raise unknown_name("preset", name, presets)
        return with_values(default, {(field,): value for field, value in presets[name].items()})

    def onto(self, base: _Config) -> _Config:
        """Return ``base`` with the options in place of its own values.

        Raises:
            UsageError: a value is wrong.
        """
        values = {}
        for option in options(base):
            if option.name in self.words:
                words = self.words[option.name]
                value = words if option.is_flag else from_words(option.name, option.hint, words)
                values[option.path] = value
        try:
            return with_values(base, values)
        except UsageError as error:
            raise self.with_origins(error, base) from None

    def with_origins(self, error: UsageError, base: _Config) -> UsageError:
        """Return an error in which settings that nobody typed say where they come from.

        Args:
            error: names settings with their values.
            base: what the options are laid upon.
        """
        usual = {option.name: option.default for option in options(self.default)}
        before = {option.name: option.default for option in options(base)}
        untyped = {
            name: value
            for name, value in error.settings.items()
            if name in usual and name not in self.words and before[name] == value != usual[name]
        }
        if not untyped:
            return error
        of_preset = _by_name((self.presets or {}).get(self.words.get("preset", ""), {}))

        def naming(field: str, value: object) -> str:
            said = as_option(field, value)
            if field not in untyped or value != untyped[field]:
                return said
            if of_preset.get(field) == value:
                return f"{said} (of --preset {self.words['preset']})"
            return f"{said} (of --config)" if "config" in self.words else said

        return UsageError.renamed(error, naming)


def _by_name(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of dataclasses by the names of their fields."""
    return {option.name: option.default for value in settings.values() for option in options(value)}


def parse(
    program: str,
    summary: str,
    default: _Config,
    arguments: Sequence[str],
    presets: Presets | None = None,
) -> _Config:
    """Return the configuration that a command line asks for; see `split`."""
    line = split(program, summary, default, arguments, presets)
    return line.onto(line.base(default))


def split(
    program: str,
    summary: str,
    default: _Config,
    arguments: Sequence[str],
    presets: Presets | None = None,
) -> CommandLine[_Config]:
    """Split a command line into options.

    Args:
        program: the module that is its door, such as ``bildsim.run``; help says what was typed.
        summary: what it does, for its help.
        default: a dataclass whose fields, and those of the dataclasses in it, are the options; the
            "Attributes" of their docstrings are the help.
        arguments: the command line without the program's name.
        presets: what ``--preset`` may name; with it there is also ``--config FILE``.

    Raises:
        UsageError: an option is unknown, or lacks its value.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    known = options(default)
    parser = _parser(program, summary, known, presets)
    flags = {"--help", "-h"}
    for option in known:
        if option.is_flag:
            flags |= {_long(option.name), _long(f"no_{option.name}")}
    every = {_long(option.name) for option in known if not option.is_flag} | flags
    every |= set() if presets is None else {"--config", "--preset"}
    values: list[str] = []
    joined = _joined(arguments, every, flags, values)
    if "--help" in joined or "-h" in joined:
        _print_help(parser)
    try:
        found, unknown = parser.parse_known_args(joined, Namespace())
    except ArgumentError as error:
        raise UsageError(f"{error.argument_name} takes no value") from None
    if unknown:
        raise UsageError(f"unknown options: {', '.join(unknown)}{hint_at(unknown, every)}")
    between = {option.name: option.between for option in known}
    words: dict[str, Any] = {}
    for name, place in vars(found).items():
        if isinstance(place, list):
            words[name] = between[name].join(values[int(one)] for one in place)
        else:
            words[name] = place if isinstance(place, bool) else values[int(place)]
    return CommandLine(default, words, presets)


def _long(name: str) -> str:
    return "--" + name.replace("_", "-")


def _joined(
    arguments: Sequence[str], every: set[str], flags: set[str], values: list[str]
) -> list[str]:
    """Return the words with ``--option=NUMBER`` for each option with a value.

    The value goes to ``values``, and NUMBER is its place there: so no value, whatever it looks
    like, means anything to the parser.
    """
    words, rest = [], list(arguments)
    while rest:
        word = _spelled(rest.pop(0))
        option, equals, value = word.partition("=")
        if option in every and option not in flags:
            if not equals:
                if not rest or _spelled(rest[0]).partition("=")[0] in every:
                    raise UsageError(f"{option} needs a value")
                value = rest.pop(0)
            word = f"{option}={len(values)}"
            values.append(value)
        words.append(word)
    return words


def _spelled(word: str) -> str:
    """Return an option with hyphens for underscores; other words stay as they are."""
    option, equals, value = word.partition("=")
    return option.replace("_", "-") + equals + value if word.startswith("--") else word


def _parser(
    program: str, summary: str, known: Sequence[Option], presets: Presets | None
) -> ArgumentParser:
    parser = _Parser(
        prog=typed(program),
        usage="%(prog)s [options]",
        description=summary,
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
        argument_default=SUPPRESS,
    )
    general = parser.add_argument_group("options")
    general.add_argument("-h", "--help", action="store_true", help="show this and end")
    groups = {"": general}
    for option in known:
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(option.group)
        _add(groups[option.group], option)
    if presets is not None:
        text = "TOML file with any of these settings, such as a run's config.toml; options win"
        general.add_argument("--config", metavar="PATH", help=text)
        text = "settings of BILD-MACRO to start from"
        general.add_argument("--preset", metavar="{" + ",".join(presets) + "}", help=text)
    return parser


def _add(group: Any, option: Option) -> None:
    text = option.text.rstrip(".").replace("%", "%%")
    if option.default is not None and not isinstance(option.default, bool):
        text += f" (default: {option.default})".replace("%", "%%")
    if option.is_flag:
        text += " (default: yes)" if option.default else " (default: no)"
        group.add_argument(_long(option.name), action=BooleanOptionalAction, help=text)
    else:
        action = "append" if option.between else "store"
        group.add_argument(_long(option.name), action=action, metavar=option.metavar, help=text)


def _print_help(parser: ArgumentParser) -> NoReturn:
    text = parser.format_help()
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), end="")
    raise SystemExit(0)


def as_option(field: str, value: object) -> str:
    """Name a setting as an option of the command line; one that is True by its name alone."""
    option = _long(field)
    if value is True:
        return option
    if isinstance(value, float):
        return f"{option} {in_digits(value)}"
    words = str(value)
    plain = words and words.isprintable() and " " not in words
    return f"{option} {words}" if plain else f"{option} '{shown(words)}'"
