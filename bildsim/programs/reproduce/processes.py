"""Runs in open loop side by side, a process each, because their threads would wait for each other.

The processes end when the program does, however that comes about: whoever tells its progress to
nobody stops.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from threadpoolctl import threadpool_limits

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.algorithm import MacroState
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.recorded_run import Outcome, watch

SHOWN_ROUNDS = 20
"""Progress is told after as many rounds."""


@dataclass(frozen=True, eq=False)
class Job:
    """A run that is to be done.

    Attributes:
        loop: what to run.
        rounds: how many rounds.
        file: its checkpoint.
        checkpoint_s: least time between two checkpoints (s).
    """

    loop: OpenLoop
    rounds: int
    file: Path
    checkpoint_s: float

    def do(self, show: Callable[[int], None]) -> Outcome:
        """Do the run; ``show`` is called with the rounds done so far.

        Raises:
            RunError: the checkpoint cannot be read or written.
        """

        def tell(state: MacroState) -> None:
            if state.rounds % SHOWN_ROUNDS == 0:
                show(state.rounds)

        return watch(self.loop, self.rounds, tell, self.file, self.checkpoint_s)


def do_side_by_side(
    jobs: Mapping[str, Job], threads: int, show: Callable[[str, int], None]
) -> dict[str, Outcome]:
    """Do the runs, each in a process of its own, and return what came of them.

    Args:
        jobs: runs by name.
        threads: threads for each.
        show: called with a name and the rounds that it has done.

    Raises:
        RunError: a run failed, or its process was ended from outside.
    """
    found: dict[str, Outcome] = {}
    with ExitStack() as stack:
        names = {stack.enter_context(_process(job, threads)): name for name, job in jobs.items()}
        while len(found) < len(jobs):
            ready = wait([inbox for inbox, name in names.items() if name not in found])
            for inbox, name in names.items():
                if inbox in ready:
                    said = _received(inbox, name)
                    if isinstance(said, Outcome):
                        found[name] = said
                    else:
                        show(name, said)
    return {name: found[name] for name in jobs}


def _received(inbox: Connection, name: str) -> int | Outcome:
    try:
        said: int | Outcome | RunError = inbox.recv()
    except EOFError:
        raise RunError(
            f"the run with the constants {name!r} was ended from outside: the same command goes on"
        ) from None
    if isinstance(said, RunError):
        raise said
    return said


@contextmanager
def _process(job: Job, threads: int) -> Iterator[Connection]:
    """Start a process for a job; it has ended when this is left."""
    context = multiprocessing.get_context("spawn")
    inbox, outbox = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, threads, outbox), daemon=True)
    with _deaf_to_ctrl_c():
        process.start()
    outbox.close()
    try:
        yield inbox
    finally:
        inbox.close()
        process.join()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: this one ends them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(job: Job, threads: int, outbox: Connection) -> None:
    os.environ["OMP_NUM_THREADS"] = str(threads)
    try:
        with threadpool_limits(limits=1):
            outbox.send(_outcome(job, outbox))
    except BrokenPipeError:  # the program has ended
        return


def _outcome(job: Job, outbox: Connection) -> Outcome | RunError:
    try:
        return job.do(outbox.send)
    except RunError as error:
        return error
