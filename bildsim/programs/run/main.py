"""``python -m bildsim.run``: simulate a swarm that shapes a density, with metrics and a video."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bildsim.envs.dynamics import BULLET
from bildsim.numerics.threads import thread_count
from bildsim.programs.checkpoint.seal import can_seal
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.ending import complain
from bildsim.programs.output.film_process import FilmProcess
from bildsim.programs.output.terminal import open_console
from bildsim.programs.run.checkpoints import clean, note_on_own_model, trusts_state
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.run.places import check_places, check_watchers, film_of
from bildsim.programs.run.resume import lies_elsewhere, open_checkpoint
from bildsim.simulation.config import RunConfig


def main(arguments: Sequence[str]) -> int:
    """Run with the given command line and return the exit status.

    Raises:
        UsageError: the command line cannot be run; nothing has been written.
    """
    started = time.perf_counter()
    config = parse_run(arguments)
    checkpoint = None
    if config.output.resume is None:
        check_places(config)
    else:
        check_watchers(config)
        checkpoint = open_checkpoint(config.output.resume, trusted=config.output.trust_checkpoint)
        config = checkpoint.goes_on_as(config)
        if checkpoint.is_finished:
            return _tidy(config)
    # Only here, so that --help and refusals need not wait for what is slow to load.
    with ExitStack() as stack:
        # First of all: the process comes up while this one is loading.
        film = FilmProcess() if _films_beside(config) else None
        if film is not None:
            stack.callback(film.abandon)
        from threadpoolctl import threadpool_limits

        from bildsim.programs.compilation.runs import make_ready_for
        from bildsim.programs.run.session import Session

        # A threaded BLAS, woken for matrices this small, only takes time from the other core.
        stack.enter_context(threadpool_limits(limits=1))
        console = open_console(quiet=config.output.quiet)
        if note := note_on_own_model(config):
            console.print(note, soft_wrap=True, highlight=False)
        # What is done once on a machine counts as no part of this run.
        compile_s = make_ready_for([config], console)
        session = Session(
            config, checkpoint, started=started + compile_s, compile_s=compile_s, film=film
        )
        ending = session.execute()
    if ending.reason:
        way_on = _way_on(config, session.newest_checkpoint)
        complain("bildsim.run", f"{ending.reason}{way_on}", ending.exit_status)
    return ending.exit_status


def _films_beside(config: RunConfig) -> bool:
    """Whether there is a video to make, and another core to make it on."""
    return film_of(config) is not None and thread_count() > 1


def _way_on(config: RunConfig, newest: Path | None) -> str:
    """Say with which options a run that was stopped goes on."""
    out, video = config.output.out, config.output.video
    if newest is None or out is None:
        return ""
    options = [as_option("resume", newest)]
    # PyBullet's part is taken from others only by who says so, and without a key all are others.
    sealed = config.swarm.dynamics != BULLET or can_seal()
    if trusts_state(config) or not sealed:
        options.append(as_option("trust_checkpoint", True))
    if video is not None and lies_elsewhere(video, out):
        options.append(as_option("video", video))
    return f"; it goes on with {' '.join(options)}"


def _tidy(config: RunConfig) -> int:
    """Finish the last thing that a run does; all else is done."""
    clean(config)
    if not config.output.quiet:
        complain("bildsim.run", f"the run in {config.output.out} is finished", 0)
    return 0
