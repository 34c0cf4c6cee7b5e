"""The command line: the configuration's fields as options, and errors in one sentence."""

import contextlib
import io
import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import tyro

from bildsim.config import RunConfig
from bildsim.config_file import from_toml
from bildsim.errors import UsageError
from bildsim.macro import PAPER

_FRAME = re.compile(r"[\u2500-\u257f]")
_CLEARER = (
    (r"Error parsing (--\S+): invalid literal for int.*: '(.*)'", r"\1 \2 is not a whole number"),
    (r"Error parsing (--\S+): could not convert string to float: '(.*)'", r"\1 \2 is not a number"),
    (r"Unrecognized options: (.*)", r"unknown options: \1"),
    (
        r"invalid choice '(.*)' for argument '(.*)'. Expected one of (.*)\.",
        r"\2 \1 is not one of \3",
    ),
    (r"Missing value for argument '(.*)'. Expected 1 values\.", r"\1 needs a value"),
)


@dataclass(frozen=True)
class _Arguments:
    """Simulate a swarm of robots that shapes a density, in PyBullet.

    Attributes:
        run: the run.
        config: TOML file with any of these settings, such as a run's config.toml; options win.
        preset: settings of BILD-MACRO to start from: default, or the numbers of the paper.
    """

    run: Annotated[RunConfig, tyro.conf.arg(name="")] = field(default_factory=RunConfig)
    config: Path | None = None
    preset: Literal["default", "paper"] = "default"


def parse_run(arguments: Sequence[str]) -> RunConfig:
    """Return the configuration that the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    default = _Arguments(run=_base(arguments))
    return _parse(default, arguments).run


def _base(arguments: Sequence[str]) -> RunConfig:
    """Return what the options change: the defaults, the file of --config and the preset."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for option in ("--config", "--preset", "--target", "--target-file"):
        parser.add_argument(option, nargs="?")
    known, _ = parser.parse_known_args(arguments)
    if known.target is not None and known.target_file is not None:
        raise UsageError(
            f"--target {known.target} and --target-file {known.target_file} exclude each other: "
            "give one of them"
        )
    base = from_toml(Path(known.config)) if known.config else RunConfig()
    if known.target is not None:
        base = replace(base, target_file=None)
    return replace(base, macro=PAPER) if known.preset == "paper" else base


def _parse(default: _Arguments, arguments: Sequence[str]) -> _Arguments:
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            return tyro.cli(
                _Arguments,
                prog="python -m bildsim.run",
                args=list(arguments),
                default=default,
                config=(tyro.conf.OmitArgPrefixes,),
            )
    except SystemExit as stop:
        if stop.code in (0, None):
            raise
        raise UsageError(_sentence(complaint.getvalue())) from None


def _sentence(box: str) -> str:
    """Return the parser's framed complaint as one line."""
    body, *rest = re.split(r"\n\W*\u2500{3,}\W*\n", box)
    words = " ".join(_FRAME.sub("", line).strip() for line in body.splitlines()[1:])
    for pattern, replacement in _CLEARER:
        words = re.sub(pattern, replacement, words.strip())
    near = re.findall(r"(--[a-z-]+) [A-Z{]", " ".join(rest)) if "unknown" in words else []
    return f"{words}: did you mean {' or '.join(near)}?" if near else words


def run_program(name: str, program: Callable[[Sequence[str]], int]) -> int:
    """Run a program and turn its errors into one sentence and an exit status.

    Returns:
        What the program returned, or 2 after a usage error, which is printed.
    """
    try:
        return program(sys.argv[1:])
    except UsageError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
