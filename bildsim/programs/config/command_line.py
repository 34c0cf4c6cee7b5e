"""The command line: the configuration's fields as options, and errors in one sentence."""

import contextlib
import io
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import tyro

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.programs.config.toml_file import merged_toml
from bildsim.simulation.config import RunConfig

# The parser frames its complaints by box-drawing characters, or by hyphens where the terminal's
# encoding lacks them.
_RULE = re.compile(r"\s*\u256d.*|\W*[\u2500-]{10,}\W*")
_SIDES = " \u2502"
_CLEARER = (
    (r"Error parsing [\w.]+: (--.*)", r"\1"),
    (r"Error parsing (--\S+): Exceeds the limit .*", r"\1 has too many digits"),
    # Python quotes no more than 200 characters of a number.
    (
        r"Error parsing (--\S+): invalid literal for int.*?: '(.*?)'?$",
        r"\1 \2 is not a whole number",
    ),
    (
        r"Error parsing (--\S+): no type matching .*INT .* \['(.*)'\]\.\s+Got .*",
        r"\1 \2 is not a whole number",
    ),
    (
        r"Error parsing (--\S+): no type matching .*FLOAT .* \['(.*)'\]\.?\s+Got .*",
        r"\1 \2 is not a number",
    ),
    (r"Error parsing (--\S+): could not convert string to float: '(.*)'", r"\1 \2 is not a number"),
    (
        r"Error parsing (--\S+): no type matching .*FLOAT .* \['(.*)'\]\.\s+Got .*",
        r"\1 \2 is not a number",
    ),
    (r"Unrecognized options: (.*)", r"unknown options: \1"),
    (
        r"invalid choice '(.*)' for argument '(.*)'. Expected one of (.*\)).*",
        r"\2 \1 is not one of \3",
    ),
    (r"Missing value for argument '(.*)'. Expected 1 values\.", r"\1 needs a value"),
)
_Options = TypeVar("_Options")
_Config = TypeVar("_Config", bound=RunConfig)


def with_file_and_preset(default: _Config, arguments: Sequence[str]) -> _Config:
    """Return what the other options change: ``default`` with the file and preset that are named.

    Args:
        default: the program's defaults.
        arguments: the command line without the program's name; --config and --preset count.

    Raises:
        UsageError: the file cannot be read, or has an unknown key or a wrong value.
    """
    given = given_options(arguments, "--config", "--preset")
    base = default if given.config is None else merged_toml(default, Path(given.config))
    preset = PRESETS.get(given.preset or "")
    return replace(base, macro=preset) if preset else base


def given_options(arguments: Sequence[str], *options: str) -> Namespace:
    """Return what the command line says of the options, None for those that it leaves out."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for option in options:
        # The full parser takes either spelling of any option.
        spellings = {option, "--" + option[2:].replace("-", "_")}
        parser.add_argument(*sorted(spellings), nargs="?")
    return parser.parse_known_args(arguments)[0]


def parse_options(program: str, default: _Options, arguments: Sequence[str]) -> _Options:
    """Return the dataclass ``default`` with the fields that the command line sets.

    Args:
        program: how the program is called, for its help.
        default: a dataclass whose fields are the options, and their docs the help.
        arguments: the command line without the program's name.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            return tyro.cli(
                type(default),
                prog=program,
                args=list(arguments),
                default=default,
                config=(tyro.conf.OmitArgPrefixes,),
            )
    except SystemExit as stop:
        if stop.code in (0, None):
            raise
        refused = _cause(stop)
        if refused is not None:
            raise UsageError.renamed(refused, as_option) from None
        raise UsageError(_sentence(complaint.getvalue(), arguments)) from None


def _cause(error: BaseException | None) -> UsageError | None:
    """Return the error of a dataclass that refuses its values, where the parser ends for that."""
    while error is not None and not isinstance(error, UsageError):
        error = error.__cause__ or error.__context__
    return error


def _sentence(box: str, arguments: Sequence[str]) -> str:
    """Return the parser's framed complaint about the arguments as one line."""
    lines = box.splitlines()
    rules = [k for k, line in enumerate(lines) if _RULE.fullmatch(line)]
    body, rest = lines[rules[0] + 1 : rules[1]], lines[rules[1] :]
    words = _rejoined(" ".join(line.strip(_SIDES) for line in body), arguments)
    for pattern, replacement in _CLEARER:
        words = re.sub(pattern, replacement, words.strip())
    near = re.findall(r"(--[a-z-]+) [A-Z{]", " ".join(rest)) if words.startswith("unknown") else []
    return f"{words}: did you mean {' or '.join(near)}?" if near else words


def _rejoined(words: str, arguments: Sequence[str]) -> str:
    """Return the words with the arguments whole that the frame was too narrow for."""
    for argument in filter(str.strip, arguments):
        broken = r"\s?".join(re.escape(letter) for letter in argument)
        words = re.sub(broken, lambda _, whole=argument: whole, words)  # type: ignore[misc]
    return words


def run_program(name: str, program: Callable[[Sequence[str]], int]) -> int:
    """Run a program and turn its errors into one sentence and an exit status.

    Returns:
        What the program returned, or after an error, which is printed: 2 for wrong input, 1 for a
        run that failed, 130 for Ctrl-C.
    """
    try:
        return program(sys.argv[1:])
    except UsageError as error:
        return _complain(name, error.said(as_option), 2)
    except RunError as error:
        return _complain(name, str(error), 1)
    except KeyboardInterrupt:
        return _complain(name, "stopped by Ctrl-C", 130)


def as_option(field: str, value: object) -> str:
    """Name a setting as an option of the command line; one that is True by its name alone."""
    option = "--" + field.replace("_", "-")
    if value is True:
        return option
    if isinstance(value, float):
        return f"{option} {value:g}"
    words = str(value)
    return (
        f"{option} {words if words and words.isprintable() and ' ' not in words else repr(words)}"
    )


def _complain(name: str, sentence: str, status: int) -> int:
    # A value may hold line breaks: one error is one line.
    print(f"{name}: {' '.join(sentence.split())}", file=sys.stderr)
    return status
