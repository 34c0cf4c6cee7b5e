"""What the lists on a sweep's command line stand for: names, seeds, and files among the names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.basics.names import shown
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.envs.robots.start_file import START_SUFFIXES, is_start_file
from bildsim.targets.files.reading import Reading
from bildsim.targets.files.suffixes import SUFFIXES, is_file_name
from bildsim.targets.moving_target import MOVING_NAMES
from bildsim.targets.target import TARGET_NAMES

MOST_SEEDS = 100_000
"""As many as a sweep may have trials."""
MOST_NAMES = 1000
"""So many names and files a list may have: more make tables and plots that nobody can read."""
_Value = TypeVar("_Value", str, int)


@dataclass(frozen=True)
class ListedTarget:
    """One target of a sweep.

    Attributes:
        label: what it is called in tables and plots: its name, or that of its file.
        path: the file; None for a named one.
        moves: whether it does.
        source: what was read of the file, and how, in words.
    """

    label: str
    path: Path | None
    moves: bool
    source: str = ""


def listed_targets(text: str, reading: Reading) -> tuple[ListedTarget, ...]:
    """Return the targets that ``--targets`` names, in the order given.

    A file is called by its name, or by the path that was given where two have the same one.

    Raises:
        UsageError: a target is unknown, a file cannot be used, or settings of files are given and
            there is none.
    """
    words = _known("--targets", text, (*TARGET_NAMES, *MOVING_NAMES), is_file_name, SUFFIXES)
    files = [word for word in words if is_file_name(word)]
    _once("--targets", [os.path.normpath(word) for word in files])
    if not files:
        _refuse(reading, text)
    count = Counter(Path(word).name for word in files)
    found = []
    for word in words:
        if word in files:
            name = Path(word).name
            label = shown(name if count[name] == 1 else word)
            found.append(_read(label, Path(word), reading))
        else:
            found.append(ListedTarget(word, None, word in MOVING_NAMES))
    return tuple(found)


def listed_starts(text: str) -> tuple[str, ...]:
    """Return the start regions and files of places that ``--starts`` names, in the order given."""
    return _known("--starts", text, START_NAMES, is_start_file, START_SUFFIXES)


def listed_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds that ``--seeds`` names, in the order given.

    Raises:
        UsageError: one of them is no seed or given twice, or there are too many.
    """
    ranges = [_range(part) for part in _parts("--seeds", text)]
    count = sum(map(len, ranges))
    if count > MOST_SEEDS:
        raise UsageError(f"--seeds {text} asks for {count} seeds: allowed are {MOST_SEEDS}")
    return tuple(_once("--seeds", list(chain.from_iterable(ranges))))


def listed(option: str, text: str) -> tuple[str, ...]:
    """Return the words between commas, in the order given.

    Raises:
        UsageError: one of them is empty, or given twice, or there are too many.
    """
    return tuple(_once(option, _few(option, text)))


def about_list(error: UsageError, before: str, after: str, path: str) -> UsageError:
    """Return an error about the setting of a run as one about the list that names the file.

    Args:
        error: the error.
        before: the setting.
        after: the list.
        path: the file.
    """
    settings = {name: value for name, value in error.settings.items() if name != before}
    sentence = error.sentence.replace(f"{{{before}}}", f"{{{after}}}")
    return UsageError(sentence, *error.words, **(settings | {after: path}))


def _parts(option: str, text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise UsageError(
            f"{option} {text!r} is not possible: it takes one or more values with a comma between"
        )
    return parts


def _few(option: str, text: str) -> list[str]:
    parts = _parts(option, text)
    if len(parts) > MOST_NAMES:
        raise UsageError(f"{option} has {len(parts)} names: allowed are {MOST_NAMES}")
    return parts


def _once(option: str, values: list[_Value]) -> list[_Value]:
    seen: set[_Value] = set()
    for value in values:
        if value in seen:
            raise UsageError(f"{option} names {value} twice: give each value once")
        seen.add(value)
    return values


def _known(
    option: str,
    text: str,
    valid: Iterable[str],
    is_file: Callable[[str], bool],
    suffixes: Sequence[str],
) -> tuple[str, ...]:
    """Return the names as they are written where they are defined, and files as they are."""
    by_name = {name.casefold(): name for name in valid}
    names = []
    for part in _few(option, text):
        if part.casefold() not in by_name and not is_file(part):
            files = f"files ({', '.join(suffixes)})"
            raise unknown_name(option, part, (*by_name.values(), files))
        names.append(by_name.get(part.casefold(), part))
    return tuple(_once(option, names))


def _read(label: str, path: Path, reading: Reading) -> ListedTarget:
    # Only here: decoders are slow to load, and most lists name no file.
    from bildsim.targets.files.film import Footage
    from bildsim.targets.files.target_file import read_target_file

    try:
        content = read_target_file(path, reading)
    except UsageError as error:
        raise about_list(error, "target_file", "targets", str(path)) from None
    return ListedTarget(label, path, isinstance(content, Footage), content.source)


def _refuse(reading: Reading, targets: str) -> None:
    for name, value in asdict(reading).items():
        if value:
            raise UsageError(
                f"{{{name}}} means nothing for --targets {targets}: it is for files",
                **{name: value},
            )


def _range(part: str) -> range:
    """Return the seeds that ``5`` or ``0:10`` stands for."""
    first, colon, end = (word.strip() for word in part.partition(":"))
    words = (first, end) if colon else (first,)
    # Nine digits: far more than any sweep needs, and never slow to read.
    if not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in words):
        raise UsageError(
            f"--seeds {part} is not possible: allowed are whole numbers from 0 and ranges such as "
            "0:10, with commas between"
        )
    found = range(int(first), int(end) if colon else int(first) + 1)
    if not found:
        raise UsageError(f"--seeds {part} is empty: FIRST:END is FIRST to END - 1")
    return found
