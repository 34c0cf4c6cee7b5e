"""The trials of a comparison: what each runs, and what comes of it, here or in other processes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bildsim.api.options import ConfigLike, configured
from bildsim.api.progress import console_of
from bildsim.api.result import Result
from bildsim.api.simulating import run
from bildsim.api.trajectory import Trajectory
from bildsim.basics.errors import RunError, UsageError, in_words
from bildsim.programs.sweep.engines.base import Lost, Task
from bildsim.programs.sweep.engines.here import lacks_semaphores
from bildsim.simulation.brought import Brought
from bildsim.simulation.config import RunConfig


@dataclass(frozen=True, eq=False)
class Trial:
    """One run of a comparison.

    Attributes:
        label: what it is a trial of: a planner, say.
        target: what its target is called.
        start: what its start is called.
        seed: its seed.
        result: what came of it; None if it failed.
        reason: why it failed; else empty.
    """

    label: str
    target: str
    start: str
    seed: int
    result: Result | None
    reason: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Its target and start."""
        return self.target, self.start


@dataclass(frozen=True, eq=False)
class Job:
    """What is to be run for a trial.

    Attributes:
        trial: without a result.
        given: arguments of the run, as `bildsim.simulate` takes them.
        config: where values come from that are not given.
        preset: named settings of BILD-MACRO.
        whole: whether to keep every tick, or the first and the last alone.
    """

    trial: Trial
    given: Mapping[str, Any]
    config: ConfigLike | None
    preset: str | None
    whole: bool

    def configured(self) -> tuple[RunConfig, Brought]:
        """Return what is run.

        Raises:
            UsageError: an option is unknown, or a value is of the wrong type.
        """
        return configured(self.config, self.given, self.preset)


@dataclass(frozen=True)
class Failure:
    """What comes of a job that fails.

    Attributes:
        reason: why.
        error: what was wrong with the input, if that was it.
    """

    reason: str
    error: UsageError | None = None


Outcome = Result | Failure


def outcomes(
    jobs: Sequence[Job], processes: int, *, shown: bool, show: Callable[[int, int], None]
) -> list[Outcome]:
    """Run all jobs, and return what comes of each, in their order.

    Args:
        jobs: what is run; those that cannot be sent to another process run in this one.
        processes: how many work at once; with one all is done here.
        shown: whether to say that something is compiled.
        show: called with the number of jobs done and of those that failed.

    Raises:
        UsageError: an option of a job is unknown, or a value is of the wrong type.
    """
    make_ready(jobs, shown=shown)
    sent = {number: job for number, job in enumerate(map(_packed, jobs)) if job is not None}
    if processes < 2 or len(sent) < 2 or lacks_semaphores():
        sent = {}
    found: dict[int, Outcome] = {}
    for number, outcome in _all(jobs, sent, processes):
        found[number] = outcome
        show(len(found), sum(isinstance(item, Failure) for item in found.values()))
    return [found[number] for number in range(len(jobs))]


def make_ready(jobs: Sequence[Job], *, shown: bool) -> None:
    """Compile what the jobs call, once and before any of them begins."""
    # Only here, so that wrong options are refused before what is slow to load.
    configs = [job.configured()[0] for job in jobs]
    from bildsim.programs.compilation import groups, ready

    ready.make_ready(groups.needed(*configs), console_of(shown=shown))


def _all(
    jobs: Sequence[Job], sent: Mapping[int, bytes], processes: int
) -> Iterator[tuple[int, Outcome]]:
    if sent:
        from bildsim.programs.sweep.engines.local import LocalEngine

        with LocalEngine(min(processes, len(sent))) as engine:
            tasks = [Task(str(number), do_packed, job) for number, job in sent.items()]
            for task, outcome in engine.results(tasks):
                lost = isinstance(outcome, Lost)
                yield int(task.identity), Failure(outcome.reason) if lost else outcome
    for number, job in enumerate(jobs):
        if number not in sent:
            yield number, do(job)


def _packed(job: Job) -> bytes | None:
    """Return a job for another process, with what a notebook defines; None if it cannot go."""
    import cloudpickle

    try:
        return bytes(cloudpickle.dumps(job))
    # What is brought may refuse to be packed in any way.
    except Exception:
        return None


def do_packed(job: bytes) -> Outcome:
    """Do a job that was packed."""
    try:
        found: Job = pickle.loads(job)
    except Exception as error:
        return Failure(f"it cannot be had in another process: {in_words(error)}")
    return do(found)


def do(job: Job) -> Outcome:
    """Run a job; whatever goes wrong in it is what comes of it."""
    try:
        result = run(*job.configured(), shown=False)
    except UsageError as error:
        return Failure(str(error), error)
    except RunError as error:
        return Failure(str(error))
    # SystemExit too: a planner must not be able to end a comparison.
    except (Exception, SystemExit) as error:
        return Failure(in_words(error))
    return result if job.whole else thinned(result)


def thinned(result: Result) -> Result:
    """Return a result with its first and last tick alone, and nothing to make a video of."""
    kept: Any = {name: values[[0, -1]] for name, values in result.trajectory.arrays().items()}
    return Result(
        config=result.config,
        rows=result.rows,
        trajectory=Trajectory(**kept),
        summary=result.summary,
        target=result.target,
        brought=result.brought,
    )


def tried(job: Job, outcome: Outcome) -> Trial:
    """Return the trial of a job with what came of it."""
    if isinstance(outcome, Failure):
        return replace(job.trial, reason=outcome.reason)
    return replace(job.trial, result=outcome)


def finals(trial: Trial) -> dict[str, float]:
    """Return the figures of a trial at its end by column; none of one that failed."""
    if trial.result is None:
        return {}
    summary, final = trial.result.summary, trial.result.final
    settled = summary["kl_settling_s"]
    own = {"settling_s": np.nan if settled is None else settled}
    own["planner_ms"] = summary["planner_ms_a_robot"]
    return {name: float(value) for name, value in (final | own).items()}
