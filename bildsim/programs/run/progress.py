"""The progress bar: simulated time, real-time factor and KL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bildsim.simulation.config import RunConfig
from bildsim.simulation.tick import Tick


@contextmanager
def progress(
    config: RunConfig, console: Console, wall_s: Callable[[], float], begin_s: float = 0.0
) -> Iterator[Callable[[Tick], None]]:
    """Show how far a run is while it runs.

    The real-time factor is the summary's, of all the time that counts for the run.

    Args:
        config: the run's configuration.
        console: where to draw; a quiet one draws nothing.
        wall_s: returns the time that the run has taken (s); after the block, in all.
        begin_s: simulated time at which the run goes on (s).

    Yields:
        What moves the bar on to a tick.
    """
    with Progress(
        TextColumn("{task.completed:6.1f} s of {task.total:g} s"),
        BarColumn(),
        TextColumn("{task.fields[factor]:5.2f}x real time   KL {task.fields[kl]:.4f}"),
        TimeRemainingColumn(),
        console=console,
        disable=console.quiet,
    ) as bar:
        task = bar.add_task("", total=config.duration, factor=0.0, kl=float("nan"))
        bar.update(task, completed=begin_s)
        reached = [0.0]

        def factor() -> float:
            return reached[0] / max(wall_s(), 1e-9)

        def show(tick: Tick) -> None:
            reached[0] = tick.time_s
            bar.update(task, completed=tick.time_s, factor=factor(), kl=tick.kl_fit)

        try:
            yield show
        finally:
            bar.update(task, factor=factor())
