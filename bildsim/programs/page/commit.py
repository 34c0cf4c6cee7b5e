"""Which commit of this repository gave a result."""

import subprocess
from functools import cache
from pathlib import Path

import bildsim

_DIGITS, _LONGEST_S = "12", 10.0


@cache
def commit() -> str:
    """Return the commit that is checked out, with ``+`` where files were changed since.

    Empty where bildsim does not run from its repository, or git is missing.
    """
    root = Path(bildsim.__file__).parents[1]
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--exclude", "*", "--dirty=+"]
    try:
        ended = subprocess.run(
            [*command, "--abbrev=" + _DIGITS],
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
