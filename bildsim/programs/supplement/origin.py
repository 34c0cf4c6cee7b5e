"""What a page was made with: which code, on which machine, by which command."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import bildsim
from bildsim.numerics.threads import usable_cores
from bildsim.programs.config.options import options

_INSTALLED = "installed"
_GIT_S = 10.0
_FREE = ("engine", "scheduler", "jobs", "quiet")


@cache
def commit() -> str:
    """Return what git calls the state of the checkout that the package lies in.

    Ends in ``-dirty`` where files were changed since. ``installed`` where the package lies in no
    checkout of its own.
    """
    root = Path(bildsim.__file__).resolve().parents[1]
    if not ((root / ".git").exists() and (root / "pyproject.toml").is_file()):
        return _INSTALLED
    # What the surroundings say of another repository must not count.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        ended = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty", "--tags"],
            env=kept,
            capture_output=True,
            text=True,
            timeout=_GIT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown (there is no git here)"
    return ended.stdout.strip() or "unknown (git does not say)"


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
