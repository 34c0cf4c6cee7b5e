"""What programs that run many trials share: where results go, who does the work, what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.stopping import going_on
from bildsim.programs.sweep.config import ComparisonConfig
from bildsim.programs.sweep.engines.base import Engine
from bildsim.programs.sweep.engines.here import EngineHere, lacks_semaphores
from bildsim.programs.sweep.engines.local import LocalEngine
from bildsim.programs.sweep.runner import Shower

# Trials of one planner take far longer than those of another: an average needs many.
_AVERAGED_S = 3600.0


def out_directory(config: ComparisonConfig) -> Path:
    """Return where results go.

    Raises:
        UsageError: nothing was said of it.
    """
    out = config.output.out
    if out is None:
        raise UsageError("--out is missing: give a directory for the results")
    return out


def make_engine(config: ComparisonConfig) -> Engine:
    """Return who does the work.

    Raises:
        UsageError: what talks to a cluster is not installed, or the cluster cannot be reached.
        RunError: several processes are asked for, and the system cannot make them.
    """
    if config.engine != "dask" and config.scheduler is None:
        if not lacks_semaphores():
            return LocalEngine(config.processes)
        if config.processes == 1:
            return EngineHere()
        raise _no_semaphores("{jobs:1} does without")
    if find_spec("distributed") is None:
        given = "--engine dask" if config.scheduler is None else f"--scheduler {config.scheduler}"
        raise UsageError(
            f"{given} needs dask.distributed, which is not installed: "
            "pip install 'bildsim[cluster]'"
        )
    from bildsim.programs.sweep.engines.dask import DaskEngine

    if config.scheduler is None:
        if lacks_semaphores():
            raise _no_semaphores("{engine:local} with {jobs:1} does without")
        return DaskEngine.embedded(config.processes)
    return DaskEngine.at(config.scheduler)


def _no_semaphores(way_out: str) -> RunError:
    return RunError(
        "processes cannot be started side by side, because this system gives no semaphores (on "
        f"Linux they need a /dev/shm that can be written to): {way_out}",
        jobs=1,
    )


@contextmanager
def progress(total: int, console: Console) -> Iterator[Shower]:
    """Show how many of ``total`` trials are done, and the time left.

    Who stops it hears that the same command goes on.
    """
    columns = (
        MofNCompleteColumn(),
        TextColumn("trials"),
        BarColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, disable=console.quiet, speed_estimate_period=_AVERAGED_S
    ) as bar:
        task = bar.add_task("", total=total, failed=0)
        begun: list[int] = []

        def show(done: int, failed: int) -> None:
            if not begun:
                # What was done by an earlier command says nothing of how fast this one is.
                begun.append(done)
                bar.reset(task, total=total, completed=done, failed=failed)
            bar.update(task, completed=done, failed=failed)

        with going_on("the same command goes on where it was"):
            yield show
