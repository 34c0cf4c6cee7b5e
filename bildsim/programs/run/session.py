"""A run with everything that watches it: metrics, recorder, video, checkpoints and progress."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bildsim.basics.errors import RunError
from bildsim.basics.resumable import Resumable, snapshot_all
from bildsim.basics.stopping import as_stopped, finishing
from bildsim.basics.timing import TICK_S
from bildsim.metrics.settling_time import KL_MARGIN, Settling
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.ending import FAILED, unforeseen
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.output.film_settings import AnyFilm
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.output.terminal import open_console, say_target, say_tracking
from bildsim.programs.run.better_planner import say_better
from bildsim.programs.run.checkpoints import Checkpoints, clean
from bildsim.programs.run.places import written
from bildsim.programs.run.progress import progress
from bildsim.programs.run.resume import Checkpoint
from bildsim.programs.run.rows import Row, Rows
from bildsim.programs.run.session_state import SessionState, restored_state
from bildsim.programs.run.summary import (
    Ending,
    Localised,
    Outcome,
    Swarm,
    print_table,
    print_time_budget,
    summary,
)
from bildsim.programs.run.video import VideoRecording, film_recording
from bildsim.programs.run.watching import Watcher, Watchers
from bildsim.simulation.config import RunConfig
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import COLUMNS, Measurements
from bildsim.simulation.tick import Tick
from bildsim.simulation.tracking_error import TRACKING_COLUMNS, TrackingError

if TYPE_CHECKING:
    from bildsim.programs.run.report import Report


class Session:
    """One run with everything that watches it.

    Args:
        config: what to run.
        resumed: the checkpoint to go on from, of the same configuration.
        started: when the program was started, by `time.perf_counter` (s); now, unless given.
        compile_s: how long kernels were compiled before, no part of the run's time (s).
        film: draws and encodes the video if there is one; by default at once, in this process.

    Raises:
        UsageError: the configuration cannot be run.
    """

    def __init__(
        self,
        config: RunConfig,
        resumed: Checkpoint | None = None,
        started: float | None = None,
        compile_s: float = 0.0,
        film: AnyFilm | None = None,
    ) -> None:
        self._started = time.perf_counter() if started is None else started
        self._compile_s = compile_s
        self._config, self._resumed, self._film = config, resumed, film
        self._console = open_console(quiet=config.output.quiet)
        self._simulation = Simulation(config)
        problem = self._simulation.problem
        _, self._least_kl = problem.family.least_kl(problem.log_target)
        self._measurements = Measurements(
            self._simulation.target,
            problem.family,
            self._simulation.env.robot.radius,
            TrackingError(config.duration) if self._simulation.moves else None,
            self._simulation.env.unit_m,
        )
        self._budget = self._simulation.time_budget
        self._rows = Rows(self._measurements, self._write_row, self._budget)
        self._row_ticks = round(config.output.metrics_period / TICK_S)
        self._recorder: Recorder | None = None
        self._video: VideoRecording | None = None
        self._watchers = Watchers((), self._budget)
        self._report: Report | None = None
        self._last: Tick | None = None
        self._settling = Settling(self._least_kl + KL_MARGIN)
        self._checkpoints = None if config.output.checkpoint is None else Checkpoints(config)
        self._earlier_s, self._starting_s = 0.0, 0.0
        self._closed: float | None = None

    def execute(self) -> Ending:
        """Let it happen, and write what there is however it ends.

        Raises:
            UsageError: the checkpoint's state cannot be used; nothing has been changed.
            RunError: what there is cannot be written.
        """
        ending = Ending("done")
        with ExitStack() as stack:
            stack.callback(self._simulation.close)
            stack.callback(self._rows.close)
            stack.callback(self._abandon)
            self._open()
            if self._recorder is not None:
                stack.callback(self._recorder.release)
            try:
                self._watch()
            except KeyboardInterrupt as error:
                stopped = as_stopped(error)
                ending = Ending("interrupted", str(stopped), stopped.status)
            except RunError as error:
                ending = Ending("failed", error.said(as_option), FAILED)
            except Exception as error:
                ending = Ending("failed", unforeseen(error, self._config.output.out), FAILED)
            with finishing():
                self._finish(ending)
        return ending

    def _abandon(self) -> None:
        """Leave nothing of a video that never began."""
        if self._video is not None:
            self._video.abandon()

    @property
    def newest_checkpoint(self) -> Path | None:
        """The checkpoint with which the run can go on, if there is one."""
        return None if self._checkpoints is None else self._checkpoints.newest

    def _open(self) -> None:
        output, moves = self._config.output, self._simulation.moves
        self._video = film_recording(self._simulation, self._least_kl, self._film)
        recorded = None
        if self._resumed is not None:
            recorded = self._restore(self._resumed)
        if output.out is not None:
            text, robots = to_toml(self._config), self._config.swarm.robots
            columns = [name for name in COLUMNS if moves or name not in TRACKING_COLUMNS]
            self._recorder = Recorder(output.out, robots, columns, text, resumed=recorded)
        # Only now, when everything that goes on has been opened, is anything removed.
        if self._resumed is not None:
            self._resumed.forget_later_ones()
        self._watchers = Watchers(tuple(self._opened()), self._budget)

    def _opened(self) -> Iterator[Watcher]:
        """Yield all that watch the run."""
        output = self._config.output
        if self._video is not None:
            yield self._video
        # Imported only here: most runs have neither.
        if output.live or output.recording is not None:
            from bildsim.programs.live.view import LiveView, Scene

            scene = Scene.of(self._simulation)
            yield LiveView(scene, recording=output.recording, viewer=output.live)
        if output.report is not None:
            from bildsim.programs.run.report import Report

            self._report = Report(self._simulation)
            yield self._report

    def _parts(self) -> dict[str, Resumable]:
        """Return what goes on from a checkpoint, by name."""
        parts: dict[str, Resumable] = {
            "simulation": self._simulation,
            "measurements": self._measurements,
            "settling": self._settling,
        }
        return parts if self._video is None else parts | {"video": self._video}

    def _snapshot(self) -> SessionState:
        assert self._recorder is not None, "without a directory there are no checkpoints"
        assert self._last is not None, "a checkpoint is of a tick"
        self._rows.finish()
        return SessionState(
            snapshot_all(self._parts()),
            self._recorder.snapshot(),
            self._last,
            self._rows.last,
            self._wall_s,
        )

    def _restore(self, checkpoint: Checkpoint) -> Mapping[str, int]:
        """Be as when the checkpoint was written, and return what was recorded by then."""
        state = restored_state(checkpoint, self._parts(), self._simulation.constants)
        # A target that moves is stored by name, and is where the simulation now has it.
        self._last = replace(state.last, target=self._simulation.target)
        self._rows.restore(state.row)
        self._earlier_s = state.wall_s
        return state.recorded

    @property
    def _wall_s(self) -> float:
        """Time spent until the video was closed, over all beginnings of the run (s)."""
        end = time.perf_counter() if self._closed is None else self._closed
        return self._earlier_s + end - self._started

    def _watch(self) -> None:
        # Before anything moves, while who asked for something else can still stop.
        say_target(self._simulation.env.target.source, self._console)
        say_tracking(self._simulation.env.tracking.advice, self._console)
        first, begin_s = 0, 0.0
        if self._resumed is not None and self._last is not None:
            first, begin_s = self._resumed.tick + 1, self._last.time_s
        with ExitStack() as stack:
            bar = progress(self._config, self._console, lambda: self._wall_s, begin_s)
            show = stack.enter_context(bar)
            stack.enter_context(self._finished())
            # The first fit, and what a film waits for, are counted by themselves.
            known = sum(self._budget.seconds.values())
            self._starting_s = time.perf_counter() - self._started - known
            for count, tick in enumerate(self._simulation.ticks(), first):
                with self._budget.spent("metrics"):
                    self._measurements.follow(tick)
                    self._settling.follow(tick.time_s, tick.kl_fit)
                self._record(tick, due=count % self._row_ticks == 0)
                show(tick)
                self._keep(count)

    @contextmanager
    def _finished(self) -> Iterator[None]:
        """Let those who watch finish however the block ends, once they have all rows."""
        try:
            yield
        finally:
            with finishing():
                try:
                    self._rows.finish(self._last)
                finally:
                    self._watchers.close()
                    self._closed = time.perf_counter()

    def _keep(self, count: int) -> None:
        """Write the checkpoint of this tick if one is due and another tick follows."""
        checkpoints, simulation = self._checkpoints, self._simulation
        if checkpoints is None or not simulation.goes_on:
            return
        # At once, and not an hour later when the first checkpoint is due: a planner's state may be
        # what cannot be stored.
        if count == 1:
            checkpoints.check(simulation.snapshot(), simulation.constants)
        if checkpoints.due(count):
            with self._budget.spent("recording"):
                checkpoints.write(count, self._snapshot(), simulation.constants)

    def _record(self, tick: Tick, due: bool) -> None:
        recorder = self._recorder
        if recorder is not None:
            with self._budget.spent("recording"):
                recorder.tick(
                    tick.time_s, tick.pose, tick.waypoint, tick.command, tick.applied, tick.active
                )
        # From here on the tick counts: Ctrl-C mostly falls into what takes long below.
        self._last = tick
        if due and (recorder is not None or self._watchers.wants_rows):
            with self._budget.spent("metrics"):
                self._rows.measure(tick)
        self._watchers.show(tick)

    def _write_row(self, row: Row) -> None:
        if self._recorder is not None:
            self._recorder.row(row)
        self._watchers.take(row)

    def _finish(self, ending: Ending) -> None:
        """Close the files and say what came out, also of a run that was cut short."""
        moves = self._simulation.moves
        simulated = 0.0 if self._last is None else self._last.time_s
        outcome = Outcome(
            swarm=Swarm.of(self._simulation),
            target_source=self._simulation.env.target.source,
            status=ending.status,
            reason=ending.reason,
            kl_floor=self._least_kl_now() if moves else self._least_kl,
            final=self._rows.last,
            simulated_s=simulated,
            settling_s=None if moves else self._settling.time_s,
            planner_ms=self._simulation.planning_time.ms_per_robot,
            wall_s=self._wall_s,
            time_budget_s=self._time_budget(),
            compile_s=self._compile_s,
            air=self._simulation.air,
            localised=Localised.of(self._simulation),
        )
        if self._recorder is not None:
            self._close(self._recorder, outcome)
        if self._report is not None:
            self._report.write(summary(self._config, outcome))
        if self._rows.last:
            print_table(outcome, written(self._config), self._console)
            if ending.status == "done":
                say_better(self._config, self._console)
        if self._config.output.profile:
            print_time_budget(outcome.time_budget_s, self._console)

    def _time_budget(self) -> dict[str, float]:
        """Return the wall time since the program was started, by what it was spent on (s)."""
        known = {"starting": self._starting_s, **self._budget.seconds}
        passed = self._wall_s - self._earlier_s
        return {**known, "other": max(0.0, passed - sum(known.values()))}

    def _least_kl_now(self) -> float:
        """Return the least KL for where the target is now."""
        family = self._simulation.family
        return family.least_kl(self._simulation.target.log_on_grid(family.grid))[1]

    def _close(self, recorder: Recorder, outcome: Outcome) -> None:
        """Make the results whole; what a checkpoint needs stays until they are, or goes on."""
        going_on = self.newest_checkpoint is not None
        recorder.close(summary(self._config, outcome), keep_parts=going_on)
        if self._checkpoints is not None and not (going_on and outcome.status != "done"):
            clean(self._config)
