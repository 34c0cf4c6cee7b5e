"""What a page was made with: which code, on which machine, by which command."""

from __future__ import annotations

import platform
import shlex
from functools import cache
from pathlib import Path
from typing import Any

from bildsim.numerics.threads import usable_cores
from bildsim.programs.config.options import options

_FREE = ("engine", "scheduler", "jobs", "quiet")


@cache
def machine() -> str:
    """Return processor, cores and system of this machine; no name of it or of its user."""
    cores = usable_cores()
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    return f"{_processor()}, {cores} core{'' if cores == 1 else 's'}, {system}"


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name.strip() == "model name":
                    return value.strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def command(program: str, config: Any) -> str:
    """Return the command line that runs a configuration again: the program and what is not usual.

    Who works and what is printed makes no difference and is left out; where results go is left to
    the reader.

    Args:
        program: such as ``bildsim.bench``.
        config: a dataclass whose fields are the options.
    """
    usual = {option.path: option.default for option in options(type(config)())}
    words = ["python", "-m", program]
    for option in options(config):
        name, value = f"--{option.name.replace('_', '-')}", option.default
        if option.name == "out":
            words += [name, "DIRECTORY"]
        elif option.name not in _FREE and value != usual[option.path] and value is not None:
            words += [name] if value is True else [name, shlex.quote(str(value))]
    return " ".join(words)
