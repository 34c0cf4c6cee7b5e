"""The two ways in which a program of this project can end badly."""

import difflib
from collections.abc import Iterable


class UsageError(ValueError):
    """Wrong input: one sentence that names the option, the value and what is allowed.

    Programs print it and end with exit status 2; nothing has been written by then.
    """


class RunError(RuntimeError):
    """A run that had to stop: the sentence names the time, the robot and the quantity.

    Programs print it, keep what was recorded and end with exit status 1.
    """


def unknown_name(option: str, value: str, allowed: Iterable[str]) -> UsageError:
    """Return the error for a name that does not exist, with the nearest names that do.

    Args:
        option: the option as the user typed it, such as ``--target``.
        value: the unknown name.
        allowed: every valid name.
    """
    names = list(allowed)
    near = difflib.get_close_matches(value, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return UsageError(f"{option} {value!r} is unknown: {hint}valid are {', '.join(names)}")
