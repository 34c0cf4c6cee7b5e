"""All trials of a sweep: what there is already, and what is still to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.arena_size import USUAL_WIDTH, unit_of
from bildsim.envs.robots.start_file import is_start_file
from bildsim.metrics.reference_scores import ReferenceScores
from bildsim.programs.sweep.config import ComparisonConfig
from bildsim.programs.sweep.engines.base import Engine, Lost, Task
from bildsim.programs.sweep.lists import about_list
from bildsim.programs.sweep.reference_tasks import (
    ReferenceSpec,
    compute_reference_scores,
    read_reference_scores,
)
from bildsim.programs.sweep.store import Store
from bildsim.programs.sweep.trial import Result, identity, lost_trial, run_trial
from bildsim.programs.sweep.variables import Sweep
from bildsim.simulation.config import RunConfig
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import in_metres

Shower = Callable[[int, int], None]
Teller = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Trial:
    """A trial and what came of it.

    Attributes:
        config: what was run.
        result: see `bildsim.programs.sweep.trial.run_trial`.
        references: of its target; None where they could not be computed.
    """

    config: RunConfig
    result: Result
    references: ReferenceScores | None


def configurations(bench: ComparisonConfig) -> list[RunConfig]:
    """Return all trials in the order they run: every planner with a seed before the next seed."""
    order = product(bench.seed_numbers, bench.target_names, bench.start_names, bench.planner_names)
    return [bench.trial(planner, target, start, seed) for seed, target, start, planner in order]


def one_of_each(bench: ComparisonConfig) -> list[RunConfig]:
    """Return a trial of each planner, which calls the same kernels as its others."""
    places = bench.target_names[0], bench.start_names[0], bench.seed_numbers[0]
    return [bench.trial(planner, *places) for planner in bench.planner_names]


def check_trials(bench: ComparisonConfig) -> None:
    """Make sure that settings are possible, by building what a trial of each planner is made of.

    A network whose links depend on where robots are may join them all in one start and not in
    another. Such a trial fails; the sweep is wrong only if all of them would.

    Raises:
        UsageError: no trial could begin, or a planner cannot be had.
    """
    _check(bench, lambda config: config)


def check_variants(bench: ComparisonConfig, varied: Sweep) -> None:
    """Make sure of the same for every value of what is varied.

    Raises:
        UsageError: no trial could begin with one of the values.
    """
    for value in varied.values:
        _check(bench, partial(varied.condition.change, value=value))


def _check(bench: ComparisonConfig, changed: Callable[[RunConfig], RunConfig]) -> None:
    places = list(product(bench.seed_numbers, bench.start_names))
    for start in filter(is_start_file, bench.start_names):
        target, seed = bench.target_names[0], bench.seed_numbers[0]
        try:
            _build(changed(bench.trial("static", target, start, seed)))
        except UsageError as error:
            raise about_list(error, "start", "starts", start) from None
    seed, start = places[0]
    first: UsageError | None = None
    for seed, start in places:
        try:
            _build(changed(bench.trial("static", bench.target_names[0], start, seed)))
            break
        except UsageError as error:
            first = first or error
    else:
        if first is not None:
            raise first
    for planner in bench.planner_names:
        _build(changed(bench.trial(planner, bench.target_names[0], start, seed)))


def _build(config: RunConfig) -> None:
    try:
        Simulation(config).close()
    except UsageError:
        raise
    except Exception:
        # A planner that cannot be made fails its trials, which tell why.
        return


def scored_trials(
    configs: Sequence[RunConfig], store: Store, engine: Engine, show: Shower, tell: Teller
) -> list[Trial]:
    """Run what the store lacks and return all trials with the reference scores of their targets.

    Args:
        configs: the trials.
        store: keeps each result as soon as it is there.
        engine: does the work.
        show: called with the number of trials done and of those failed.
        tell: called with a sentence when trials cannot be scored.

    Raises:
        RunError: a result cannot be written, or the engine is gone.
    """
    references = _references(configs, store, engine, tell)
    results = run_missing(configs, store, engine, show)
    return [
        Trial(config, result, in_metres_of(references.get(ReferenceSpec.of(config)), config))
        for config, result in zip(configs, results, strict=True)
    ]


def in_metres_of(references: ReferenceScores | None, config: RunConfig) -> ReferenceScores | None:
    """Return the reference scores of a trial in metres, as its measurements are."""
    if references is None or config.swarm.arena_width == USUAL_WIDTH:
        return references
    unit_m = unit_of(config.swarm.arena_width)
    return replace(
        references,
        iid=in_metres(references.iid, unit_m),
        iid_error=in_metres(references.iid_error, unit_m),
        quantised=in_metres(references.quantised, unit_m),
    )


def run_missing(
    configs: Sequence[RunConfig], store: Store, engine: Engine, show: Shower
) -> list[Result]:
    """Run what the store lacks and return all results, in the order of ``configs``.

    See `scored_trials` for the arguments. Equal configurations are run once.
    """
    names = [identity(config) for config in configs]
    found = {name: result for name in names if (result := store.load("trials", name)) is not None}
    failed = sum(result["status"] != "done" for result in found.values())
    show(len(found), failed)
    tasks = {
        name: Task(name, run_trial, config)
        for name, config in zip(names, configs, strict=True)
        if name not in found
    }
    for task, result in engine.results(list(tasks.values())):
        if isinstance(result, Lost):
            # Not kept: a machine's trouble is tried again by the next command.
            result = lost_trial(task.argument, result.reason)
        else:
            store.save("trials", task.identity, result)
        found[task.identity] = result
        failed += result["status"] != "done"
        show(len(found), failed)
    return [found[name] for name in names]


def _references(
    configs: Sequence[RunConfig], store: Store, engine: Engine, tell: Teller
) -> Mapping[ReferenceSpec, ReferenceScores]:
    specs = {spec.identity: spec for spec in map(ReferenceSpec.of, configs)}
    found = {name: result for name in specs if (result := store.load("floors", name)) is not None}
    missing = [
        Task(name, compute_reference_scores, specs[name]) for name in specs if name not in found
    ]
    for task, result in engine.results(missing):
        if isinstance(result, Lost):
            tell(f"no scores for target {task.argument.target}: {result.reason}")
        else:
            store.save("floors", task.identity, result)
            found[task.identity] = result
    return {specs[name]: read_reference_scores(result) for name, result in found.items()}
