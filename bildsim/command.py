"""The command ``bildsim``: every program by one name, ``bildsim run`` for ``bildsim.run``."""

import sys
from collections.abc import Sequence
from importlib import import_module

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.programs.config.called import PACKAGE, called_by
from bildsim.programs.config.doors import DOORS
from bildsim.programs.config.ending import WRONG_INPUT, run_program

_HELP, _VERSION = ("-h", "--help"), "--version"


def main(command: str = PACKAGE) -> int:
    """Do what the command line asks for and return the exit status.

    Args:
        command: how it was typed, for help and hints.
    """
    first = _spelled(sys.argv[1]) if len(sys.argv) > 1 else ""
    name = f"{PACKAGE}.{first}" if first in DOORS else PACKAGE
    with called_by(command):
        return run_program(name, lambda arguments: _program(command, arguments), last=True)


def _program(command: str, arguments: Sequence[str]) -> int:
    if not arguments:
        print(_help(command), file=sys.stderr)
        return WRONG_INPUT
    first, rest = arguments[0], arguments[1:]
    if first in _HELP:
        print(_help(command))
        return 0
    if first == _VERSION:
        print(_version())
        return 0
    if first.startswith("-"):
        raise UsageError(
            f"unknown option: {first}; options of a program come after its name, such as "
            f"{command} run {first}"
        )
    if _spelled(first) not in DOORS:
        raise unknown_name("the program", first, DOORS)
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    program = import_module(DOORS[_spelled(first)].module)
    return int(program.main(rest))


def _spelled(word: str) -> str:
    """Return the name of a program with hyphens for underscores, as options may be typed."""
    return word.replace("_", "-")


def _help(command: str) -> str:
    width = max(map(len, DOORS))
    lines = [f"  {name:<{width}}  {door.text}" for name, door in DOORS.items()]
    return "\n".join(
        (
            f"usage: {command} PROGRAM [options]",
            "",
            "A physics testbed for swarm density control.",
            "",
            "programs:",
            *lines,
            "",
            f"{command} PROGRAM --help shows its options; {command} {_VERSION} shows versions.",
        )
    )


def _version() -> str:
    from bildsim.programs.output.versions import versions

    found = versions()
    return ", ".join(
        f"{name} {found[name]}"
        for name in (PACKAGE, "python", "numpy", "pybullet", "pybullet-arm64")
        if name in found
    )
