"""The reference scores of a sweep's targets as tasks, computed once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.reference_scores import ReferenceScores, reference_scores
from bildsim.obstacles.shapes import NOWHERE, Obstacles
from bildsim.programs.output.json_values import plain
from bildsim.programs.sweep.trial import RESULTS_VERSION, Result
from bildsim.simulation.config import RunConfig
from bildsim.simulation.input_hashes import contents
from bildsim.simulation.load_target import blocked_by, load_target
from bildsim.targets.files.reading import Reading
from bildsim.targets.masked import avoiding
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import MOVING_NAMES, AnyTarget, target_by_name
from bildsim.targets.target import Target, named_target

# The only named target that is another one with each seed.
_DRAWN_TARGET = "expfam"


@dataclass(frozen=True)
class TargetFile:
    """A file that a target is read from.

    Attributes:
        path: the file.
        content: a hash of what is in it.
        reading: how it is read.
    """

    path: Path
    content: str
    reading: Reading

    @classmethod
    def of(cls, config: RunConfig) -> TargetFile | None:
        """Return the file that a run takes its target from; None for a named one."""
        if config.target_file is None:
            return None
        return cls(config.target_file, contents(config)["--target-file"], config.reading)

    def load(self, duration_s: float, time_s: float | None) -> AnyTarget:
        """Return the target as a run of that length has it; see `MotionSettings` for ``time_s``."""
        motion = MotionSettings(target_time=time_s)
        return load_target(
            RunConfig(
                target_file=self.path, reading=self.reading, duration=duration_s, motion=motion
            )
        )


@dataclass(frozen=True)
class ReferenceSpec:
    """All that reference scores depend on.

    Attributes:
        target: name of a target density.
        seed: seed of the target, for those that are drawn; else 0.
        robots: number of robots.
        order: degree of the density family.
        grid_step: distance between its quadrature nodes (m).
        at_s: for a target that moves or is read from a file, when it is measured: at the end of
            the trial (s); else None.
        speed: its speed (m/s), where one is given.
        time_s: its time (s), where one is given.
        file: where the target is read from a file, which and how; else None.
        blocked: places without room for a robot's centre, by numbers; empty without obstacles.
    """

    target: str
    seed: int
    robots: int
    order: int
    grid_step: float
    at_s: float | None = None
    speed: float | None = None
    time_s: float | None = None
    file: TargetFile | None = None
    blocked: Obstacles = NOWHERE

    @classmethod
    def of(cls, config: RunConfig) -> ReferenceSpec:
        """Return what the reference scores of a trial depend on."""
        seed = config.seed if config.target == _DRAWN_TARGET else 0
        model, motion = config.model, config.motion
        file = TargetFile.of(config)
        moves = file is not None or config.target in MOVING_NAMES
        at_s = config.duration if moves else None
        return cls(
            config.target,
            seed,
            config.swarm.robots,
            model.order,
            model.grid_step,
            at_s,
            motion.target_speed,
            motion.target_time,
            file,
            blocked_by(config),
        )

    @property
    def said(self) -> dict[str, Any]:
        """All of it in words and numbers that JSON knows."""
        said: dict[str, Any] = plain(asdict(self))
        if self.file is None:
            del said["file"]
        if not self.blocked:
            del said["blocked"]
        return said

    @property
    def identity(self) -> str:
        """What these reference scores are known by; see `bildsim.programs.sweep.trial.identity`."""
        text = json.dumps([RESULTS_VERSION, self.said], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def compute_reference_scores(spec: ReferenceSpec) -> Result:
    """Return the reference scores as JSON can hold them; `read_reference_scores` reads them."""
    family = LegendreFamily(spec.order, spec.grid_step, spec.blocked)
    target = avoiding(_target(spec), spec.blocked).at(0.0)
    found = reference_scores(target, spec.robots, family)
    said = {item.name: _said(getattr(found, item.name)) for item in fields(found)}
    return {"version": RESULTS_VERSION, "specification": spec.said, "judges": plain(said)}


def _target(spec: ReferenceSpec) -> Target:
    if spec.at_s is None:
        return named_target(spec.target, spec.seed)
    if spec.file is not None:
        return spec.file.load(spec.at_s, spec.time_s).at(spec.at_s)
    course = target_by_name(spec.target, speed=spec.speed, time_s=spec.time_s, duration_s=spec.at_s)
    return course.at(spec.at_s)


def read_reference_scores(result: Result) -> ReferenceScores:
    """Return the reference scores that `compute_reference_scores` wrote."""
    return ReferenceScores(**{name: _understood(value) for name, value in result["judges"].items()})


def _said(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _understood(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: float(item) for name, item in value.items()}
    return np.array(value, dtype=np.float64) if isinstance(value, list) else float(value)
