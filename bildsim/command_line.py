"""The command line: the configuration's fields as options, and errors in one sentence."""

import contextlib
import io
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import tyro

from bildsim.config import OptionalPath, RunConfig
from bildsim.config_file import merged_toml
from bildsim.errors import RunError, UsageError
from bildsim.macro_settings import PRESETS
from bildsim.run_checkpoint import open_checkpoint

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


@dataclass(frozen=True)
class _Arguments:
    """Simulate a swarm of robots that shapes a density, in PyBullet.

    Attributes:
        run: the run.
        config: TOML file with any of these settings, such as a run's config.toml; options win.
        preset: settings of BILD-MACRO to start from: default, paper (the numbers of its section
            V) or wasserstein (another metric: faster, with messages 13 times shorter).
    """

    run: Annotated[RunConfig, tyro.conf.arg(name="")] = field(default_factory=RunConfig)
    config: OptionalPath = None
    preset: Literal["default", "paper", "wasserstein"] | None = None


def parse_run(arguments: Sequence[str]) -> RunConfig:
    """Return the configuration that the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    given = _given(arguments, "--target", "--target-file", "--config", "--resume")
    if given.target is not None and given.target_file is not None:
        raise UsageError(
            f"--target {given.target} and --target-file {given.target_file} exclude each other: "
            "give one of them"
        )
    if given.config is not None and given.resume is not None:
        raise UsageError(
            f"--config {given.config} and --resume {given.resume} exclude each other: a resumed "
            "run has the configuration of its checkpoint"
        )
    first = RunConfig() if given.resume is None else open_checkpoint(Path(given.resume)).config
    base = with_file_and_preset(first, arguments)
    if given.target is not None:
        base = replace(base, target_file=None)
    return parse_options("python -m bildsim.run", _Arguments(run=base), arguments).run


def with_file_and_preset(default: _Config, arguments: Sequence[str]) -> _Config:
    """Return what the other options change: ``default`` with the file and preset that are named.

    Args:
        default: the program's defaults.
        arguments: the command line without the program's name; --config and --preset count.

    Raises:
        UsageError: the file cannot be read, or has an unknown key or a wrong value.
    """
    given = _given(arguments, "--config", "--preset")
    base = default if given.config is None else merged_toml(default, Path(given.config))
    preset = PRESETS.get(given.preset or "")
    return replace(base, macro=preset) if preset else base


def _given(arguments: Sequence[str], *options: str) -> Namespace:
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
        raise UsageError(_sentence(complaint.getvalue(), arguments)) from None


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
        return _complain(name, str(error), 2)
    except RunError as error:
        return _complain(name, str(error), 1)
    except KeyboardInterrupt:
        return _complain(name, "stopped by Ctrl-C", 130)


def _complain(name: str, sentence: str, status: int) -> int:
    # A value may hold line breaks: one error is one line.
    print(f"{name}: {' '.join(sentence.split())}", file=sys.stderr)
    return status
