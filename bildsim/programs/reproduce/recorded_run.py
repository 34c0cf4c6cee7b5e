"""A run in open loop that is recorded, and that goes on from its last checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.algorithm import MacroState
from bildsim.controllers.bild_macro.stability import Verdict, step_bound, verdict
from bildsim.programs.config.command_line import as_option
from bildsim.programs.reproduce import checkpoint
from bildsim.programs.reproduce.history import EVERYTHING, History, Schedule
from bildsim.programs.reproduce.open_loop import OpenLoop

CHECKPOINT_S = 10.0
"""Least time between two checkpoints (s)."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a run.

    Attributes:
        loop: what was run.
        history: what was recorded.
        bound: the step bound of its network.
        rounds: rounds done.
        wall_s: time spent, over all the times it was begun again (s).
    """

    loop: OpenLoop
    history: History
    bound: float
    rounds: int
    wall_s: float

    @property
    def verdict(self) -> Verdict:
        """Whether the run kept its stability."""
        column = self.history.column
        names = ("round", "kl_change", "robot_change")
        change = np.stack([column(name) for name in names], axis=-1)
        curvature = np.array(self.history.stability)[:, :3]
        return verdict(change, curvature, self.bound, bool(self.history.stopped))


def watch(
    loop: OpenLoop,
    rounds: int,
    show: Callable[[MacroState], None] = lambda _: None,
    file: Path | None = None,
    checkpoint_s: float = CHECKPOINT_S,
) -> Outcome:
    """Run and record; an estimate that diverges ends the run and is no error.

    Args:
        loop: what to run.
        rounds: how many rounds.
        show: called with the state before each round.
        file: checkpoint to go on from where it exists, and to write.
        checkpoint_s: least time between two checkpoints (s).

    Raises:
        RunError: the checkpoint cannot be read or written.
    """
    state, history, spent = loop.start(), History(), 0.0
    if file is not None and file.exists():
        state, history, spent = checkpoint.load(file, loop)
    schedule, saved = Schedule(rounds), time.perf_counter()
    begun = saved - spent
    while True:
        if file is not None and time.perf_counter() - saved >= checkpoint_s:
            saved = time.perf_counter()
            checkpoint.save(file, loop, state, history, saved - begun)
        show(state)
        following = _next(loop, state, history, schedule)
        if following is None:
            break
        state = following
    bound = step_bound(loop.network, loop.algorithm.settings.laziness)
    return Outcome(loop, history, bound, state.rounds, time.perf_counter() - begun)


def _next(
    loop: OpenLoop, state: MacroState, history: History, schedule: Schedule
) -> MacroState | None:
    """Record this round and return the state of the next, or None at the end."""
    found = loop.algorithm.hypergradient(state)
    due = schedule.due(state.rounds)
    try:
        following = loop.advance(state, found)
    except RunError as error:
        history.stopped = error.said(as_option)
        history.sample(loop, state, found, state, EVERYTHING)
        return None
    history.sample(loop, state, found, following, due)
    return following if state.rounds < schedule.rounds else None
