"""Many runs side by side: planners, or any other options."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

from bildsim.api.comparison import Comparison
from bildsim.api.options import ConfigLike, PlannerLike, planner_name, target_name
from bildsim.api.progress import progress as shown_progress
from bildsim.api.result import Result
from bildsim.api.trials import Failure, Job, Outcome, Trial, outcomes, tried
from bildsim.basics.errors import UsageError
from bildsim.controllers.registry import planner_maker
from bildsim.envs.robots.starts import StartLike
from bildsim.numerics.threads import usable_cores
from bildsim.targets.any_target import TargetLike

Compared: TypeAlias = PlannerLike | Mapping[str, Any] | Result
"""A planner, options of a run, or what came of one."""
_LABEL = "label"


def compare(
    things: Sequence[Compared] | Mapping[str, Compared],
    *,
    targets: Sequence[TargetLike] | None = None,
    starts: Sequence[StartLike] | None = None,
    seeds: int | Iterable[int] = 3,
    jobs: int | None = None,
    trajectories: bool = True,
    config: ConfigLike | None = None,
    preset: str | None = None,
    progress: bool = True,
    **options: Any,
) -> Comparison:
    """Run planners, or any other options, on the same targets, starts and seeds.

    With the same seed all have the same start and the same network, so that differences over seeds
    are paired. Trials run in several processes; a planner or a target that cannot be sent there
    runs in this one.

        >>> from bildsim import compare
        >>> found = compare(
        ...     ["static", "ot_assign"], robots=10, dynamics="ideal", duration=2, jobs=1
        ... )
        >>> [row["label"] for row in found.table], [row["done"] for row in found.table]
        (['static', 'ot_assign'], [3, 3])

    Args:
        things: what is compared: a list of planners (names, classes), of options, each a mapping
            such as ``{"planner": "cvt", "loss": 0.3}`` with perhaps a ``label``, or of results; or
            a mapping from labels to these.
        targets: see `bildsim.simulate`; one or more.
        starts: the same.
        seeds: how many, from 0 on; or which.
        jobs: how many processes work; one a core unless given. With 1 all is done in this one.
        trajectories: whether results keep every tick, or the first and the last alone.
        config: see `bildsim.simulate`.
        preset: see `bildsim.simulate`.
        progress: whether to show how far it is, in a terminal or a notebook.
        **options: what all of them share; see `bildsim.simulate`.

    Raises:
        UsageError: an option is unknown or a value wrong, or no trial at all could begin.
        KeyboardInterrupt: it was interrupted.
    """
    named = _labelled(things)
    kept = [_kept(label, thing) for label, thing in named if isinstance(thing, Result)]
    shared = (config, preset, trajectories)
    todo = [
        _job(label, thing, place, seed, options, shared)
        for seed, place in product(_seeds(seeds), _places(targets, starts))
        for label, thing in named
        if not isinstance(thing, Result)
    ]
    _require_different([*kept, *(job.trial for job in todo)])
    if jobs is not None and jobs < 1:
        raise UsageError("{jobs} is not possible: it must be 1 or more", jobs=jobs)
    with shown_progress(len(todo), "trials", shown=progress and bool(todo)) as show:
        found = outcomes(
            todo,
            jobs or usable_cores(),
            shown=progress,
            show=lambda done, failed: show(done, f"{failed} failed" if failed else ""),
        )
    _refuse_if_none_began(found, bool(kept))
    trials = [*kept, *(tried(job, outcome) for job, outcome in zip(todo, found, strict=True))]
    return Comparison(trials, [label for label, _ in named])


def _labelled(things: Sequence[Compared] | Mapping[str, Compared]) -> list[tuple[str, Compared]]:
    if isinstance(things, Mapping):
        named = [(str(label), thing) for label, thing in things.items()]
    elif isinstance(things, str | Result) or not isinstance(things, Iterable):
        raise UsageError("compare takes a list of planners, of options or of results")
    else:
        named = [(_label(thing), thing) for thing in things]
    if not named:
        raise UsageError("there is nothing to compare: give one planner or more")
    return named


def _label(thing: Compared) -> str:
    if isinstance(thing, Result):
        return thing.config.planner.rpartition(":")[2]
    if isinstance(thing, str):
        return thing.rpartition(":")[2]
    if not isinstance(thing, Mapping):
        return planner_name(thing)
    if _LABEL in thing:
        return str(thing[_LABEL])
    words = [_label(thing["planner"])] if "planner" in thing else []
    rest = (f"{name}={_short(value)}" for name, value in thing.items() if name != "planner")
    return ", ".join([*words, *rest]) or "as it is"


def _short(value: object) -> str:
    if isinstance(value, int | float | str):
        return str(value)
    return target_name(value)


def _kept(label: str, result: Result) -> Trial:
    config = result.config
    target = config.target if result.target is None else result.target.name
    return Trial(label, target, config.swarm.start, config.seed, result)


def _seeds(seeds: int | Iterable[int]) -> list[int]:
    found = list(range(seeds)) if isinstance(seeds, int) else [int(seed) for seed in seeds]
    if not found or len(set(found)) < len(found):
        raise UsageError("{seeds} is not possible: give one seed or more, each once", seeds=seeds)
    return found


_Place: TypeAlias = dict[str, tuple[str, Any]]


def _places(
    targets: Sequence[TargetLike] | None, starts: Sequence[StartLike] | None
) -> list[_Place]:
    """Return all targets with all starts, each with what it is called; nothing where none are."""
    lists = {"target": targets, "start": starts}
    for name, things in lists.items():
        if isinstance(things, str | os.PathLike) or (things is not None and not len(things)):
            raise UsageError(f"{{{name}s}} must be a list of one or more", **{f"{name}s": things})
    given = {name: _called(things) for name, things in lists.items() if things is not None}
    return [dict(zip(given, chosen, strict=True)) for chosen in product(*given.values())]


def _called(things: Sequence[Any]) -> list[tuple[str, Any]]:
    names = [_place_name(thing) for thing in things]
    count, seen = Counter(names), Counter[str]()
    found = []
    for name, thing in zip(names, things, strict=True):
        seen[name] += 1
        found.append((f"{name} {seen[name]}" if count[name] > 1 else name, thing))
    return found


def _place_name(thing: Any) -> str:
    if isinstance(thing, str | os.PathLike):
        return os.path.basename(os.fspath(thing))
    return target_name(thing)


def _job(
    label: str,
    thing: PlannerLike | Mapping[str, Any],
    place: _Place,
    seed: int,
    options: Mapping[str, Any],
    shared: tuple[ConfigLike | None, str | None, bool],
) -> Job:
    own = dict(thing) if isinstance(thing, Mapping) else {"planner": thing}
    own.pop(_LABEL, None)
    given = {**options, **{name: what for name, (_, what) in place.items()}, **own, "seed": seed}
    names: dict[str, str] = {
        name: _place_name(given[name]) for name in ("target", "start") if name in given
    }
    names |= {name: called for name, (called, _) in place.items() if name not in own}
    job = Job(Trial(label, "", "", seed, None), given, *shared)
    config, brought = job.configured()
    # A name that is none is refused before anything runs.
    planner_maker(
        config.planner,
        config.macro,
        config.rounds,
        policy=config.policy,
        own=brought.planner,
        options=config.planner_option,
    )
    target = names.get("target", config.target)
    trial = Trial(label, target, names.get("start", config.swarm.start), seed, None)
    return Job(trial, given, *shared)


def _require_different(trials: Sequence[Trial]) -> None:
    count = Counter((trial.label, trial.target, trial.start, trial.seed) for trial in trials)
    for (label, target, start, seed), times in count.items():
        if times > 1:
            raise UsageError(
                f"{times} things to compare are called {label!r} ({target}, {start}, seed {seed}): "
                "give a mapping from labels to them"
            )


def _refuse_if_none_began(found: Sequence[Outcome], any_kept: bool) -> None:
    """Raise what was wrong with the input if that is all there is."""
    wrong = [item.error for item in found if isinstance(item, Failure) and item.error]
    if wrong and len(wrong) == len(found) and not any_kept:
        raise wrong[0]
