"""One hostile input: how it is made, and what the program that gets it may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Program = Literal["run", "bench", "attribute", "reproduce", "here"]
Words = Sequence[str]

TINY = (
    *("--robots", "4", "--duration", "0.3", "--dynamics", "ideal"),
    *("--network", "complete", "--rounds", "1", "--quiet"),
)
"""The least that a run can be asked for; what comes after it counts."""
TINY_SWEEP = (*TINY, "--planners", "static", "--targets", "gmm3", "--starts", "corner")
TINY_SWEEP_OUT = (*TINY_SWEEP, "--seeds", "0", "--jobs", "1")


@dataclass(frozen=True, eq=False)
class Case:
    """A hostile input.

    Attributes:
        kind: the row of the table that it belongs to.
        label: tells it from others of the kind.
        program: which program gets it; ``here`` calls ``act`` instead of any.
        prepare: called with an empty directory, in which the program is then run; makes what is
            needed there and returns the words of the command line.
        refused: whether it must be refused, with status 2 and nothing written; else any status
            that is a program's own will do.
        act: for ``here``: called after ``prepare``; may raise a UsageError or return.
    """

    kind: str
    label: str
    program: Program
    prepare: Callable[[Path], Words]
    refused: bool = False
    act: Callable[[], object] | None = None


def words_of(*words: str) -> Callable[[Path], Words]:
    """Return a preparation that makes no file."""
    return lambda _: words
