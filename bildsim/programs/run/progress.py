"""The progress bar: simulated time, real-time factor and KL."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from bildsim.simulation.config import RunConfig
from bildsim.simulation.tick import Tick


class Progress:
    """Shows how far a run is while it runs.

    Args:
        config: the run's configuration.
        console: where to draw; a quiet one draws nothing.
        begin_s: simulated time at which the run goes on (s).
    """

    def __init__(self, config: RunConfig, console: Console, begin_s: float = 0.0) -> None:
        self._bar = Bar(
            TextColumn("{task.completed:6.1f} s of {task.total:g} s"),
            BarColumn(),
            TextColumn("{task.fields[factor]:5.2f}x real time   KL {task.fields[kl]:.4f}"),
            TimeRemainingColumn(),
            console=console,
            disable=console.quiet,
        )
        self._task = self._bar.add_task("", total=config.duration, factor=0.0, kl=float("nan"))
        self._bar.update(self._task, completed=begin_s)
        self._begin_s, self._start = begin_s, time.perf_counter()

    def show(self, tick: Tick) -> None:
        """Move the bar on to this tick."""
        elapsed = max(time.perf_counter() - self._start, 1e-9)
        self._bar.update(
            self._task,
            completed=tick.time_s,
            factor=(tick.time_s - self._begin_s) / elapsed,
            kl=tick.kl_fit,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
