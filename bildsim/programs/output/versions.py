"""Which versions of Python, of the packages and of bildsim's own code gave a result."""

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("bildsim", "pybullet", "pybullet-arm64", "numpy", "scipy", "numba", "gymnasium")

INSTALLED = "installed"
"""The commit of a package that lies in no checkout of its own."""
_HERE = Path(__file__)
_GIT_S = 10.0


def versions() -> dict[str, str]:
    """Return the versions by name; packages that are not installed are left out."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@cache
def commit() -> str:
    """Return what git calls the state of the checkout that the package lies in.

    Ends in ``-dirty`` where files were changed since. ``installed`` where the package lies in no
    checkout of its own.
    """
    root = _HERE.resolve().parents[3]
    if not ((root / ".git").exists() and (root / "pyproject.toml").is_file()):
        return INSTALLED
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
