"""Does every program bear what strangers and typing errors bring? A table: tried, and held.

    python -m benchmarks.hostile_inputs
    python -m benchmarks.hostile_inputs --kinds checkpoints --verbose

An input holds when the program refuses it with status 2, one sentence and nothing written, or ends
as any run does (0, or 1 and a sentence), without a traceback, an error that nobody has foreseen, a
signal, more than 1.5 GB of memory or a minute. Every input is tried in a process of its own. Those
drawn at random are drawn by ``--seed``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import tyro
from threadpoolctl import threadpool_limits

from benchmarks.hostile import (
    checkpoints,
    configurations,
    environments,
    files,
    options,
    sweeps,
)
from benchmarks.hostile.case import Case
from benchmarks.hostile.judge import Outcome, tried

KINDS: dict[str, Callable[[int], Iterator[Case]]] = {
    "options": lambda _: options.cases(),
    "configurations": lambda _: configurations.cases(),
    "files": files.cases,
    "checkpoints": checkpoints.cases,
    "sweeps": lambda _: sweeps.cases(),
    "environments": lambda _: environments.cases(),
}


@dataclass(frozen=True)
class Options:
    """What is tried.

    Attributes:
        kinds: kinds of inputs; unless named all.
        every: try one in so many.
        verbose: print what each input is answered.
        seed: draws what is drawn.
    """

    kinds: tuple[str, ...] = tuple(KINDS)
    every: int = 1
    verbose: bool = False
    seed: int = 0


def main() -> int:
    """Try all inputs; the exit status is 1 where one does not hold."""
    chosen = tyro.cli(Options)
    cv2.setNumThreads(1)
    with threadpool_limits(limits=1):
        idle = tried(Case("none", "none", "here", lambda _: (), act=lambda: None), 0).memory
        counts: Counter[str] = Counter()
        held: Counter[str] = Counter()
        for case in _cases(chosen):
            outcome = tried(case, idle)
            counts[case.kind] += 1
            held[case.kind] += not outcome.wrong
            _tell(case, outcome, chosen.verbose)
    print(f"{'kind':28} {'tried':>6} {'held':>6}")
    for kind, count in counts.items():
        print(f"{kind:28} {count:6} {held[kind]:6}")
    print(f"{'all':28} {counts.total():6} {held.total():6}")
    return 0 if held == counts else 1


def _cases(chosen: Options) -> Iterator[Case]:
    every = (case for name in chosen.kinds for case in KINDS[name](chosen.seed))
    return (case for number, case in enumerate(every) if number % chosen.every == 0)


def _tell(case: Case, outcome: Outcome, verbose: bool) -> None:
    if outcome.wrong:
        print(f"NOT HELD  {case.kind}: {case.label}: {outcome.wrong}\n  {outcome.said[-600:]}")
    elif verbose:
        print(f"{outcome.seconds:6.2f} s  {case.kind}: {case.label}: {outcome.said.strip()[:300]}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
