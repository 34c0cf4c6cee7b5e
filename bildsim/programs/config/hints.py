"""What is said beside options that a program does not have: where they are, or which are near."""

import difflib
from collections.abc import Iterable, Sequence

from bildsim.programs.config.called import PACKAGE
from bildsim.programs.config.options import options

_VERSION = "--version"


def hint_at(unknown: Sequence[str], every: Iterable[str]) -> str:
    """Return the rest of a sentence about unknown options; nothing where there is no hint.

    Args:
        unknown: the words that are no options, as they were typed.
        every: the options that there are.
    """
    names = [word.partition("=")[0] for word in unknown]
    if _VERSION in names:
        return f": versions are shown by {PACKAGE} {_VERSION}"
    # Options that all begin with hyphens are no nearer to each other for it.
    bare = {option.lstrip("-"): option for option in every}
    foreign = [name for name in names if name in _of_run() and f"{name[2:]}s" not in bare]
    if foreign:
        are = "are options" if len(foreign) > 1 else "is an option"
        return f": {' and '.join(foreign)} {are} of {PACKAGE} run"
    words = [name.lstrip("-") for name in names]
    near = [bare[found] for word in words for found in difflib.get_close_matches(word, bare, 1)]
    return f": did you mean {' or '.join(near)}?" if near else ""


def _of_run() -> set[str]:
    # Only for a sentence: other programs need not load it.
    from bildsim.simulation.config import RunConfig

    return {f"--{option.name.replace('_', '-')}" for option in options(RunConfig())}
