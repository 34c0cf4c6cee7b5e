"""What a comparison came to, in sentences that are computed from its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product

from bildsim.basics.names import counted, short
from bildsim.programs.bench.tables import labels
from bildsim.programs.sweep.comparisons import Comparison, Verdict, reference_planner
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.statistics import FEWEST_SEEDS, seeds_needed

_METRIC = "w2"
_MOST_NAMED = 8


def what_was_run(trials: int, failed: int, config: BenchConfig) -> str:
    """Return the sentence that a paper begins with."""
    swarm = config.swarm
    parts = [
        _count(config.planner_names, "planner"),
        f"{_count(config.target_names, 'target')} ({_listed(config.target_names)})",
        f"{_count(config.start_names, 'start')} ({_listed(config.start_names)})",
        _count(config.seed_numbers, "seed"),
    ]
    network = f", network {config.network}" if config.network else ""
    lost = f"{failed} failed" if failed else "none failed"
    return (
        f"{parts[0]} led {counted(swarm.robots, 'robot')} for {config.duration:g} s of simulated "
        f"time ({swarm.dynamics} dynamics{network}) to {parts[1]} from {parts[2]}, "
        f"with {parts[3]} each: {trials} trials, {lost}. With the same seed, every planner has "
        "the same start, disturbances, physics and tracking."
    )


def headline(results: Results, config: BenchConfig) -> str:
    """Say who is best, and in how many cases; empty where nothing was done."""
    cases = list(product(config.target_names, config.start_names))
    wins: Counter[str] = Counter()
    judged = 0
    for place in cases:
        medians = {
            name: spread.median
            for name in config.planner_names
            if (spread := results.spread(_METRIC, (name, *place))) is not None
        }
        if medians:
            judged += 1
            least = min(medians.values())
            best = [name for name, median in medians.items() if median == least]
            wins.update(best)
    if not judged:
        return ""
    named = labels(config)
    if judged == 1:
        return f"By the distance {_METRIC}, {named[next(iter(wins))]} has the least median."
    shares = [f"{named[name]} in {count}" for name, count in wins.most_common(3)]
    more = " (ties and others left out)" if sum(wins.values()) > judged or len(wins) > 3 else ""
    return (
        f"By the distance {_METRIC}, the least median over the seeds was reached by "
        f"{_joined(shares)} of {judged} cases, each a target and a start{more}."
    )


def against_reference(found: Sequence[Comparison], config: BenchConfig) -> str:
    """Say who is told apart from the reference; empty where the seeds are too few."""
    own = [item for item in found if item.metric == _METRIC]
    if not own or all(item.verdict is Verdict.TOO_FEW for item in own):
        return ""
    reference, named = labels(config)[reference_planner(config.planner_names)], labels(config)
    counts = Counter((item.planner, item.verdict) for item in own)
    cases = Counter(item.planner for item in own)
    sides = []
    for verdict in (Verdict.BETTER, Verdict.WORSE):
        ranked = sorted(cases, key=lambda name: -counts[name, verdict])
        said = [
            f"{named[name]} ({counts[name, verdict]} of {cases[name]})"
            for name in ranked
            if counts[name, verdict]
        ]
        if len(said) > _MOST_NAMED:
            said = [*said[:_MOST_NAMED], f"{len(said) - _MOST_NAMED} more"]
        sides.append(
            f"{verdict.value} are {_joined(said)}" if said else f"nobody is {verdict.value}"
        )
    return (
        f"Compared with {reference} seed by seed, {sides[0]}; {sides[1]} (number of cases in which "
        "paired t tests with Holm's correction tell them apart at 5 %)."
    )


def few_seeds(config: BenchConfig) -> str:
    """Return a warning where the seeds are too few to tell planners apart; else empty."""
    seeds, rivals = len(config.seed_numbers), len(config.planner_names) - 1
    if not rivals or seeds >= FEWEST_SEEDS:
        return ""
    enough = seeds_needed(rivals)
    return (
        f"{_count(config.seed_numbers, 'seed')} cannot tell planners apart: differences are "
        f"shown with their intervals, and none is called real. {enough} seeds would do "
        f"(--seeds 0:{enough}), with which even the signed-rank test could tell "
        f"{_count(config.planner_names[1:], 'planner')} from the reference."
    )


def _count(items: Sequence[object], name: str) -> str:
    return f"{len(items)} {name}{'' if len(items) == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    said = [short(name) for name in names[:_MOST_NAMED]]
    return ", ".join(said) + (
        f" and {len(names) - len(said)} more" if len(names) > len(said) else ""
    )


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
