"""One run from keyword arguments to its result."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from bildsim.api.options import ConfigLike, PlannerLike, configured
from bildsim.api.progress import Show, console_of, progress
from bildsim.api.recording import Recording
from bildsim.api.result import Result
from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.envs.robots.starts import StartLike
from bildsim.metrics.settling_time import KL_MARGIN, Settling
from bildsim.programs.run.rows import Row, Rows
from bildsim.programs.run.summary import Localised, Outcome, Swarm, summary
from bildsim.simulation.brought import Brought
from bildsim.simulation.config import RunConfig
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import Measurements
from bildsim.simulation.tick import Tick
from bildsim.simulation.tracking_error import TrackingError
from bildsim.targets.any_target import TargetLike, about_target


def simulate(
    robots: int | None = None,
    *,
    target: TargetLike | None = None,
    planner: PlannerLike | None = None,
    dynamics: str | None = None,
    start: StartLike | None = None,
    duration: float | None = None,
    seed: int | None = None,
    network: str | None = None,
    config: ConfigLike | None = None,
    preset: str | None = None,
    progress: bool = True,
    **options: Any,
) -> Result:
    """Simulate a swarm that shapes a density, and return what came of it.

    It is the run of ``python -m bildsim.run`` with the same options, number for number. What is
    left out is as it is there: 100 robots in PyBullet take the target gmm3 with BILD-MACRO, for
    60 s from a uniform start. The first run on a machine compiles for a while.

        >>> from bildsim import simulate
        >>> result = simulate(20, target="ring", dynamics="ideal", duration=2)
        >>> result.kl_fit.shape, result.trajectory.pose.shape
        ((3,), (21, 20, 3))

    Args:
        robots: number N of robots.
        target: p*: a name, the path of a picture, a film or an array, an array ([row, column], the
            first row at y = -1), a function of points (..., 2) in m (and of ``time_s``, if it
            moves), a ``Target`` or a ``MovingTarget``; see `bildsim.targets.as_target`.
        planner: a name, ``package.module:Class``, or a class or function that is called with a
            `bildsim.controllers.planner.Problem` and returns a planner.
        dynamics: bullet (PyBullet), kinematic (rolling discs with contacts, fast) or ideal (points
            that go straight to their waypoints).
        start: uniform, corner, centre or wrong, the path of a file of places, or an array of them,
            (N, 2) in m or (N, 3) with headings in rad.
        duration: simulated time (s).
        seed: seed of all randomness.
        network: er:PROBABILITY, disk:RANGE_M, knn:NEIGHBOURS, ring, complete or regular:DEGREE.
        config: where values come from that are not given: a ``RunConfig``, such as
            ``result.config``, or the path of a config.toml.
        preset: settings of BILD-MACRO to start from, such as "paper".
        progress: whether to show how far it is, in a terminal or a notebook.
        **options: any other option of ``python -m bildsim.run``, by its name with underscores, such
            as ``loss=0.3`` or ``dead="0.2@30"``.

    Raises:
        UsageError: an option is unknown or a value is wrong; the sentence says what is allowed.
        RunError: the planner or the physics went wrong.
        KeyboardInterrupt: the run was interrupted; nothing is left of it.
    """
    given = {
        "robots": robots,
        "target": target,
        "planner": planner,
        "dynamics": dynamics,
        "start": start,
        "duration": duration,
        "seed": seed,
        "network": network,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return run(*configured(config, chosen | options, preset), shown=progress)


def run(config: RunConfig, brought: Brought, *, shown: bool) -> Result:
    """Run a configuration to its end.

    Args:
        config: what to run.
        brought: what takes the place of things that it names.
        shown: whether to show how far it is.

    Raises:
        UsageError: a value is wrong.
        RunError: the planner or the physics went wrong.
    """
    # Only here, so that wrong options are refused before what is slow to load.
    from threadpoolctl import threadpool_limits

    from bildsim.programs.compilation.runs import make_ready_for

    started = time.perf_counter()
    # As in the program: a threaded BLAS only takes time from matrices this small.
    with threadpool_limits(limits=1):
        compile_s = make_ready_for([config], console_of(shown=shown), brought)
        try:
            watched = _Run(config, brought, started + compile_s, compile_s)
        except UsageError as error:
            # In Python files, too, are given as ``target``.
            if "target" in error.settings or "target_file" not in error.settings:
                raise
            raise about_target(error, error.settings["target_file"]) from None
        with progress(config.duration, "s", shown=shown) as show:
            return watched.result(show)


class _Run:
    """A simulation with all that is kept of it.

    Args:
        config: what to run.
        brought: what takes the place of things that it names.
        started: when it began, by `time.perf_counter` (s).
        compile_s: how long kernels were compiled before (s).
    """

    def __init__(
        self, config: RunConfig, brought: Brought, started: float, compile_s: float
    ) -> None:
        self._config, self._started, self._compile_s = config, started, compile_s
        self._brought = brought.names
        self._simulation = simulation = Simulation(config, brought)
        _, self._least_kl = simulation.family.least_kl(simulation.problem.log_target)
        self._settling = Settling(self._least_kl + KL_MARGIN)
        self._measurements = Measurements(
            simulation.target,
            simulation.family,
            simulation.env.robot.radius,
            TrackingError(config.duration) if simulation.moves else None,
            simulation.env.unit_m,
        )
        self._recording = Recording(config.ticks + 1, config.swarm.robots, simulation.family)
        self._written: list[Row] = []
        self._rows = Rows(self._measurements, self._written.append, simulation.time_budget)

    def result(self, show: Show) -> Result:
        """Let it happen, and return what came of it."""
        simulation = self._simulation
        with ExitStack() as stack:
            stack.callback(simulation.close)
            stack.callback(self._rows.close)
            period = round(self._config.output.metrics_period / TICK_S)
            for count, tick in enumerate(simulation.ticks()):
                self._take(tick, due=count % period == 0)
                show(tick.time_s, f"KL {tick.kl_fit:.4f}")
            self._rows.finish(tick)
        trajectory, reel = self._recording.finished()
        return Result(
            config=self._config,
            rows=self._written,
            trajectory=trajectory,
            summary=summary(self._config, self._outcome(tick)),
            target=simulation.env.target,
            reel=reel,
            brought=self._brought,
        )

    def _take(self, tick: Tick, *, due: bool) -> None:
        budget = self._simulation.time_budget
        with budget.spent("metrics"):
            self._measurements.follow(tick)
            self._settling.follow(tick.time_s, tick.kl_fit)
            if due:
                self._rows.measure(tick)
        with budget.spent("recording"):
            self._recording.take(tick)

    def _outcome(self, last: Tick) -> Outcome:
        simulation = self._simulation
        wall_s = time.perf_counter() - self._started
        known = simulation.time_budget.seconds
        return Outcome(
            swarm=Swarm.of(simulation),
            target_source=simulation.env.target.source,
            status="done",
            reason="",
            kl_floor=self._floor(),
            final=self._written[-1],
            simulated_s=last.time_s,
            settling_s=None if simulation.moves else self._settling.time_s,
            planner_ms=simulation.planning_time.ms_per_robot,
            wall_s=wall_s,
            time_budget_s={**known, "other": max(0.0, wall_s - sum(known.values()))},
            compile_s=self._compile_s,
            air=simulation.air,
            localised=Localised.of(simulation),
        )

    def _floor(self) -> float:
        """Return the least KL that the family allows for the target as it is at the end (nats)."""
        simulation = self._simulation
        if not simulation.moves:
            return self._least_kl
        log_target = simulation.target.log_on_grid(simulation.family.grid)
        return simulation.family.least_kl(log_target)[1]
