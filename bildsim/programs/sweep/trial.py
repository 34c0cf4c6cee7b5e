"""One trial of a sweep: what identifies it, how it is run, and what it leaves."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from math import inf
from typing import Any

from bildsim.basics.errors import RunError, UsageError, in_words
from bildsim.basics.timing import TICK_S
from bildsim.envs.robots.arena_size import USUAL_WIDTH, unit_of
from bildsim.envs.robots.described import REFERENCE
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.programs.config.command_line import as_option
from bildsim.programs.output.json_values import plain
from bildsim.simulation.config import RunConfig
from bildsim.simulation.input_hashes import contents
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import Measurements
from bildsim.simulation.planning_time import PlanningTime
from bildsim.simulation.tick import Tick
from bildsim.simulation.tracking_error import TrackingError

RESULTS_VERSION = 1
"""Format of a trial's result; another one makes all trials run again."""
DONE, FAILED = "done", "failed"
SERIES = ("time_s", "kl_fit", "w2")
WALL = ("total_s", "plan_mean_ms", "plan_median_ms")
"""Wall times of a trial."""
# Settings that came later, and their values in trials from before them, which are still known.
_LATER: Mapping[str, Mapping[str, Any]] = {
    "swarm": {
        "robot": REFERENCE,
        "robot_urdf": None,
        "wheel_joints": None,
        "arena_width": USUAL_WIDTH,
        "obstacle": "",
    },
    "links": {
        "radio": None,
        "half_range": inf,
        "path_loss_exponent": 2.0,
        "message_format": None,
        "send_threshold": 0.0,
    },
    "actuation": {
        "motor_lag": 0.0,
        "drive_noise": 0.0,
        "command_period": 0.0,
        "clip": "curvature",
    },
}
Result = Mapping[str, Any]


def identity(config: RunConfig) -> str:
    """Return what a trial is known by: a hash of all that determines its result.

    That is the whole configuration but for places and pictures, the format of results, and the
    files of the user's own by their content, so that a changed planner or target runs again.
    """
    files = contents(config)
    parts = [RESULTS_VERSION, determining(config), files.pop("--planner")]
    text = json.dumps([*parts, *filter(None, files.values())], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def determining(config: RunConfig) -> dict[str, Any]:
    """Return the settings that determine a trial, in words and numbers that JSON knows."""
    values = asdict(config)
    values["target_file"] = None if config.target_file is None else str(config.target_file)
    # Left out where there is none, so that trials made before there were policies are still known.
    if values.pop("policy") is not None:
        values["policy"] = str(config.policy)
    for group, names in _LATER.items():
        for name, usual in names.items():
            if values[group][name] == usual:
                del values[group][name]
    # By what they are, wherever they were said: presets may change, and names say nothing.
    values["sensing"] = config.sensing.errors.said()
    values["output"] = {"metrics_period": config.output.metrics_period}
    return plain(values)  # type: ignore[no-any-return]


def run_trial(config: RunConfig) -> Result:
    """Run one trial; whatever goes wrong in it is its result and no error.

    Returns:
        What JSON can say: ``status`` (done or failed) and ``reason``; ``final``, the last row of
        measurements, counted over the whole trial; ``series`` of ``SERIES``, one value every
        metrics period; ``positions`` (M, 2) at the end of those in the swarm, in units of half the
        arena's width; ``wall`` with ``total_s`` and the mean and median milliseconds a robot of a
        call of the planner; and
        ``configuration``.
    """
    watch = _Watch(config)
    begun = time.perf_counter()
    status, reason = DONE, ""
    try:
        watch.follow()
    # SystemExit too: a planner must not be able to end a sweep.
    except (Exception, SystemExit) as error:
        status, reason = FAILED, watch.in_one_line(error)
    return watch.result(status, reason, time.perf_counter() - begun)


def lost_trial(config: RunConfig, reason: str) -> Result:
    """Return the result of a trial whose worker process did not survive it."""
    return _Watch(config).result(FAILED, reason, 0.0)


class _Watch:
    """Follows one trial and gathers what is kept of it."""

    def __init__(self, config: RunConfig) -> None:
        self._config = config
        self._last: Tick | None = None
        self._final: Mapping[str, float | int] = {}
        self._series: dict[str, list[float]] = {name: [] for name in SERIES}
        self._planning = PlanningTime(config.swarm.robots)

    def follow(self) -> None:
        simulation = Simulation(self._config)
        with closing(simulation):
            self._planning = simulation.planning_time
            radius = simulation.env.robot.radius
            tracking = TrackingError(self._config.duration) if simulation.moves else None
            measurements = Measurements(
                simulation.target, simulation.family, radius, tracking, simulation.env.unit_m
            )
            period = round(self._config.output.metrics_period / TICK_S)
            for count, tick in enumerate(simulation.ticks()):
                measurements.follow(tick)
                self._last = tick
                if count % period == 0 or count == self._config.ticks:
                    self._sample(tick, measurements.position_metrics(tick))
            self._final = measurements.row(tick)

    def _sample(self, tick: Tick, metric: PositionMetrics) -> None:
        unit_m = unit_of(self._config.swarm.arena_width)
        w2 = metric.w2(tick.pose[tick.active, :2]) * unit_m
        values = (tick.time_s, tick.kl_fit, w2)
        for name, value in zip(SERIES, values, strict=True):
            self._series[name].append(value)

    def in_one_line(self, error: BaseException) -> str:
        """Return an error as one line."""
        if isinstance(error, UsageError | RunError):
            return " ".join(error.said(as_option).split())
        # The project's own errors are sentences; of others the type says what happened.
        words = in_words(error)
        return words if self._last is None else f"after {self._last.time_s:g} s {words}"

    def result(self, status: str, reason: str, total_s: float) -> Result:
        last, planning = self._last, self._planning
        return plain(  # type: ignore[no-any-return]
            {
                "version": RESULTS_VERSION,
                "configuration": determining(self._config),
                "status": status,
                "reason": reason,
                "final": self._final if status == DONE else {},
                "series": self._series,
                "positions": [] if last is None else last.pose[last.active, :2].tolist(),
                "wall": {
                    "total_s": total_s,
                    "plan_mean_ms": planning.ms_per_robot,
                    "plan_median_ms": planning.median_ms_per_robot,
                },
            }
        )
