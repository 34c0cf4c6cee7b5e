"""Why is the density worse on real robots than on paper? One obstacle after another, and its cost.

The same trial is run as a ladder: first where nothing is in the planner's way, then with one more
obstacle at each step, up to the run that was asked for. What a metric's value grows by from one
step to the next is the part of that obstacle, so the parts add up to the whole gap exactly. A part
is that of an obstacle after those before it: another order would share the gap out otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.registry import BILD_MACRO, EXACT_MACRO
from bildsim.envs.dynamics import BULLET, IDEAL, KINEMATIC, settled_size
from bildsim.programs.sweep.trial import DONE, Result
from bildsim.simulation.config import RunConfig

IN_THE_END, OVER_TIME = ("kl_fit", "w2"), ("kl_fit_mean", "w2_mean")
METRICS = (*IN_THE_END, *OVER_TIME)
"""kl_fit (nats) and w2 (m) at the end, and their means over the run."""
MEANINGS: Mapping[str, str] = {
    "ideal": "points that are where they were sent; all robots know the swarm's density",
    "top speed": "points that go no faster than the robots",
    "wheels": "two wheels, motors and the tracking controller; robots pass through each other",
    "contacts": "robots collide, with the collision avoidance asked for",
    "rigid bodies": "PyBullet in place of kinematic dynamics",
    "estimation": "what the swarm looks like must be learned over the network",
    "drives": "the limits and faults of the drives that were asked for",
    "localisation": "robots do not know exactly where they are",
    "links": "messages are lost, late or rounded, or links too long",
    "faults": "robots fail or come late",
}
"""What each step of the ladder adds."""

_IMPAIRMENTS = {
    "drives": "actuation",
    "localisation": "sensing",
    "links": "links",
    "faults": "faults",
}


@dataclass(frozen=True)
class AblationStep:
    """A step of the ladder.

    Attributes:
        name: one of ``MEANINGS``.
        config: the run.
    """

    name: str
    config: RunConfig


def ladder(config: RunConfig) -> list[AblationStep]:
    """Return the runs from no obstacle to ``config``, which is the last.

    Args:
        config: the run whose gap is to be explained. Its dynamics decide how many steps there are:
            robots without wheels have none to blame.
    """
    nothing = RunConfig()
    sound = replace(config, **{item: getattr(nothing, item) for item in _IMPAIRMENTS.values()})
    known = _informed(sound)
    point = _moved(known, IDEAL, contacts=config.swarm.contacts)
    steps = [AblationStep("ideal", _unlimited(point)), AblationStep("top speed", point)]
    if config.swarm.dynamics != IDEAL:
        steps.append(AblationStep("wheels", _moved(known, KINEMATIC, contacts=False)))
        if config.swarm.contacts:
            steps.append(AblationStep("contacts", _moved(known, KINEMATIC, contacts=True)))
    if config.swarm.dynamics == BULLET:
        steps.append(AblationStep("rigid bodies", known))
    steps.append(AblationStep("estimation", sound))
    for name, item in _IMPAIRMENTS.items():
        settings: Any = getattr(config, item)
        if settings != getattr(nothing, item):
            steps.append(AblationStep(name, replace(steps[-1].config, **{item: settings})))
    return steps


def _informed(config: RunConfig) -> RunConfig:
    """Return the run in which nobody has to estimate what the swarm looks like.

    On a complete network dynamic average consensus is exact after one round, which is all that the
    baselines which talk estimate by; BILD-MACRO has to learn even there.
    """
    planner = EXACT_MACRO if config.planner == BILD_MACRO else config.planner
    return replace(config, planner=planner, network="complete")


def _moved(config: RunConfig, dynamics: str, *, contacts: bool) -> RunConfig:
    """Return the run with other dynamics and robots of the same size and speed."""
    asked = config.swarm
    radius, max_speed = settled_size(
        asked.dynamics,
        asked.robots,
        asked.radius,
        asked.max_speed,
        asked.which,
        asked.arena_width,
    )
    solid = contacts and dynamics != IDEAL
    rate = asked.physics_rate if dynamics == asked.dynamics else None
    swarm = replace(
        asked,
        radius=radius,
        max_speed=max_speed,
        dynamics=dynamics,
        contacts=contacts,
        physics_rate=rate,
        safety=asked.safety if solid else "none",
    )
    return replace(config, swarm=swarm)


def _unlimited(config: RunConfig) -> RunConfig:
    return replace(config, swarm=replace(config.swarm, max_speed=inf))


@dataclass(frozen=True, eq=False)
class Attribution:
    """One trial's ladder and what came of it.

    Attributes:
        steps: from no obstacle to the run that was asked for.
        results: of each step; see `bildsim.programs.sweep.trial.run_trial`.
    """

    steps: Sequence[AblationStep]
    results: Sequence[Result]

    @property
    def config(self) -> RunConfig:
        """The run that was asked for."""
        return self.steps[-1].config

    @property
    def done(self) -> bool:
        """Whether no step failed."""
        return all(result["status"] == DONE for result in self.results)

    @cached_property
    def values(self) -> Mapping[str, Floats]:
        """By metric the value on each step; nan on steps that failed."""
        rows = [_judged(result) for result in self.results]
        return {metric: np.array([row[metric] for row in rows]) for metric in METRICS}

    @property
    def parts(self) -> Mapping[str, Floats]:
        """By metric what each step adds to the one before it; the first has nothing before it."""
        return {metric: np.diff(values) for metric, values in self.values.items()}


def _judged(result: Result) -> dict[str, float]:
    if result["status"] != DONE:
        return dict.fromkeys(METRICS, float("nan"))
    final, series = result["final"], result["series"]
    ends = {metric: float(final[metric]) for metric in IN_THE_END}
    # The run's mean is that of the samples after the start, where all steps stand alike.
    means = {
        over: float(np.mean(np.array(series[metric][1:], dtype=np.float64)))
        for metric, over in zip(IN_THE_END, OVER_TIME, strict=True)
    }
    return {**ends, **means}


@dataclass(frozen=True)
class MeanPart:
    """A mean over the seeds.

    Attributes:
        mean: the mean.
        error: its standard error; 0 for a single seed.
    """

    mean: float
    error: float

    @classmethod
    def of(cls, values: Floats) -> MeanPart:
        """Return the mean of one or more values."""
        count = len(values)
        error = float(np.std(values, ddof=1)) / count**0.5 if count > 1 else 0.0
        return cls(float(np.mean(values)), error)


Case = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Shares:
    """The gap of a planner, target and start, over the seeds whose ladders were all done.

    Attributes:
        case: planner, target, start.
        names: of the steps.
        values: by metric the mean value on each step.
        parts: by metric the mean part of each step after the first.
        gaps: by metric the mean of the last step less the first, measured on its own.
        seeds: how many seeds count.
    """

    case: Case
    names: Sequence[str]
    values: Mapping[str, Sequence[MeanPart]]
    parts: Mapping[str, Sequence[MeanPart]]
    gaps: Mapping[str, MeanPart]
    seeds: int


def shares(attributions: Sequence[Attribution]) -> list[Shares]:
    """Return the mean parts by planner, target and start, in the order given.

    Means add up over the steps, which medians do not.
    """
    cases: dict[Case, list[Attribution]] = {}
    for item in attributions:
        if item.done:
            cases.setdefault(case_of(item.config), []).append(item)
    return [_shares(case, items) for case, items in cases.items()]


def _shares(case: Case, items: Sequence[Attribution]) -> Shares:
    values = {metric: np.array([item.values[metric] for item in items]) for metric in METRICS}
    return Shares(
        case,
        [step.name for step in items[0].steps],
        {metric: _means(found) for metric, found in values.items()},
        {metric: _means(np.diff(found, axis=1)) for metric, found in values.items()},
        {metric: MeanPart.of(found[:, -1] - found[:, 0]) for metric, found in values.items()},
        len(items),
    )


def _means(columns: Floats) -> list[MeanPart]:
    return [MeanPart.of(column) for column in columns.T]


def case_of(config: RunConfig) -> Case:
    """Return the planner, target and start of a run."""
    return config.planner, config.target, config.swarm.start
