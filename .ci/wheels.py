"""Look whether everything that pip would install has a wheel, on every Python and system we name.

    python .ci/wheels.py         # needs uv and a package registry; half a minute

For each of them uv resolves ``.[test]``, which holds all that the README installs, twice: as pip
does, which prefers the newest release even where it would have to be compiled, and from wheels
alone. The two must agree. PyBullet is left out where it has no wheel, and only there. Without a
registry nothing is checked, and a line says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux arm64": "aarch64-manylinux_2_28",
    "macOS arm64": "aarch64-apple-darwin",
    "macOS x86-64": "x86_64-apple-darwin",
    "Windows x86-64": "x86_64-pc-windows-msvc",
}
"""Systems by name, and what uv calls them."""
WITHOUT_PYBULLET = {
    ("3.11", "Linux arm64"),
    ("3.12", "Linux arm64"),
    ("3.13", "Linux arm64"),
    ("3.13", "macOS x86-64"),
}
"""Where neither PyBullet nor its fork has a wheel: only two of the three dynamics work there."""
PYBULLETS = ("pybullet", "pybullet-arm64")
_OLDEST_MACOS = "14.0"
_NO_SOLUTION = 1


class UnreachableError(Exception):
    """There is no registry that could be asked; the words say why."""


def resolved(
    requirements: str, python: str, system: str, *words: str
) -> tuple[dict[str, str], str]:
    """Return versions by package, and what stood in the way where there are none.

    Args:
        requirements: a file of requirements, or ``-`` and a requirement.
        python: the version.
        system: one of `SYSTEMS`.
        words: further options of uv.

    Raises:
        UnreachableError: there is no registry, or no uv.
    """
    file, _, text = requirements.partition(" ")
    target = ("--python", sys.executable, "--python-version", python)
    quiet = ("--quiet", "--no-annotate", "--no-header")
    command = ["uv", "pip", "compile", file, *target, "--python-platform", SYSTEMS[system], *quiet]
    ended = subprocess.run(
        [*command, *words],
        input=text,
        cwd=ROOT,
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": _OLDEST_MACOS},
        capture_output=True,
        text=True,
    )
    if ended.returncode not in (0, _NO_SOLUTION):
        raise UnreachableError(ended.stderr.strip().splitlines()[0])
    pins = [line.partition(" ;")[0].partition("==") for line in ended.stdout.splitlines()]
    return {name: version for name, equals, version in pins if equals}, ended.stderr.strip()


def problems(python: str, system: str) -> list[str]:
    """Return what is wrong with the wheels for a Python on a system, in sentences."""
    everything = ("pyproject.toml", python, system, "--extra", "test")
    wheels, reason = resolved(*everything, "--no-build")
    if not wheels:
        return [f"something has no wheel: {reason}"]
    found = []
    as_pip, _ = resolved(*everything)
    compiled = sorted(name for name, version in as_pip.items() if wheels.get(name) != version)
    if compiled:
        found.append(f"pip would take, and may have to compile, {', '.join(compiled)}")
    installed = [name for name in PYBULLETS if name in as_pip]
    if (python, system) not in WITHOUT_PYBULLET:
        return found if len(installed) == 1 else [*found, f"PyBullets: {installed}, not one"]
    if installed:
        found.append(f"{installed[0]} has a wheel: WITHOUT_PYBULLET is wrong")
    for name in PYBULLETS:
        if resolved(f"- {name}>=3.2.6", python, system, "--no-build", "--no-deps")[0]:
            found.append(f"{name} has a wheel: require it in pyproject.toml")
    return found


def main() -> int:
    """Print a line for each Python on each system, and return the exit status."""
    failed = False
    try:
        resolved("- numpy", PYTHONS[0], "Linux x86-64")
        for python, system in product(PYTHONS, SYSTEMS):
            found = problems(python, system)
            failed |= bool(found)
            without = ", without PyBullet" if (python, system) in WITHOUT_PYBULLET else ""
            print(f"{python} {system}: {'; '.join(found) or f'wheels{without}'}", flush=True)
    except (UnreachableError, FileNotFoundError) as error:
        print(f"wheels: not checked: {error}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
