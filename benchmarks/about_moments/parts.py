"""The tables that need runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.about_moments.running import (
    Runs,
    compared,
    finals,
    finished,
    head,
    row,
    rows,
)
from benchmarks.about_moments.settings import (
    CELLS,
    LINKS,
    LLOYD,
    ROUNDS,
    UNDISTURBED,
    Options,
    Things,
)
from bildsim.api.result import Result
from bildsim.targets.random_mixture import random_mixture

_NEAR = 0.05


def alone(planners: Sequence[str]) -> Things:
    """Return planners as they are."""
    return {name: {"planner": name} for name in planners}


def by_target(options: Options, things: Things) -> None:
    """Print what each of the things reaches on each target."""
    head("target", "planner")
    for target in options.targets:
        rows(target, finished(compared(options, things, [target])))


def unseen(options: Options) -> None:
    """Print the same for random targets, and on how many moment-cells is near ot_lloyd."""
    head("target, start", "planner")
    rng = np.random.default_rng(options.random_seed)
    reach = options.sensing_range
    own = [] if reach is None else [f"sensing_range={reach:g}"]
    things: Things = {
        CELLS: {"planner": CELLS, "planner_option": ",".join(own)},
        LLOYD: {"planner": LLOYD},
    }
    holds = 0
    for number in range(1, options.random_targets + 1):
        found = compared(options, things, [random_mixture(rng)])
        by_start = {start: _of_start(found.trials, start) for start in options.starts}
        for start, runs in by_start.items():
            rows(f"{number}, {start}", runs)
        near = [_median(runs, CELLS, "w2") <= 1.03 * _median(runs, LLOYD, "w2")
                for runs in by_start.values()]  # fmt: skip
        runs = finished(found)
        fits = _median(runs, CELLS, "kl_fit") < _median(runs, LLOYD, "kl_fit")
        holds += all(near) and fits
    claim = "w2 within 3 % from every start and kl_fit below ot_lloyd's"
    print(f"\n{claim}: {holds} of {options.random_targets}")


def links(options: Options) -> None:
    """Print what bad links and deaths leave of moment-cells, over all targets and starts."""
    head("target", "links", last="kl_fit / undisturbed, the largest median of a start")
    things = {label: {"planner": CELLS, **own} for label, own in LINKS.items()}
    worst = dict.fromkeys(LINKS, 0.0)
    for target in options.targets:
        found = compared(options, things, [target])
        by_start = [_of_start(found.trials, start) for start in options.starts]
        for label, runs in finished(found).items():
            ratio = max(
                _median(of, label, "kl_fit") / _median(of, UNDISTURBED, "kl_fit") for of in by_start
            )
            worst[label] = max(worst[label], ratio)
            row((target, label), runs, f"{ratio:.2f}")
    print("\nlargest ratio of all: " + "; ".join(f"{k} {v:.2f}" for k, v in worst.items()))


def numbers(options: Options) -> None:
    """Print what fewer and more robots reach."""
    head("robots", "target, planner")
    for robots in options.numbers:
        # Few robots must hear further, or the network falls apart.
        network = f"disk:{max(0.5, 5.0 / np.sqrt(robots)):.2g}"
        for target in options.targets:
            found = compared(
                options, alone((CELLS, LLOYD)), [target], robots=robots, network=network
            )
            rows(str(robots), {f"{target}, {name}": of for name, of in finished(found).items()})


def rounds(options: Options) -> None:
    """Print how much is said until kl_fit is near the family's least."""
    print(
        "| target, start | planner | rounds | kB a robot, broadcast | to each neighbour | never |"
    )
    print("|---|---|---|---|---|---|")
    for target in options.targets:
        for label, own in ROUNDS.items():
            rest = dict(own)
            preset = rest.pop("preset", None)
            more = {"preset": preset, "metrics_period": 0.1, "max_speed": 0.3}
            found = compared(options, {label: rest}, [target], **more)
            for start in options.starts:
                of = [trial.result for trial in found.trials if trial.start == start]
                _print_rounds(f"{target}, {start}", label, of)


def _print_rounds(where: str, label: str, runs: Sequence[Result | None]) -> None:
    reached = np.array([_reached(run) for run in runs])
    never = int(np.isinf(reached[:, 0]).sum())
    rounds, broadcast, sent = np.median(reached, axis=0)
    cells = f"{rounds:.0f} | {broadcast:.4g} | {sent:.4g} | {never} of {len(runs)}"
    print(f"| {where} | {label} | {cells} |", flush=True)


def _reached(run: Result | None) -> tuple[float, float, float]:
    """Return rounds and kB a robot until it is near the least KL; infinite where it never is."""
    if run is None:
        return np.inf, np.inf, np.inf
    near = np.flatnonzero(run.kl_fit <= run.summary["kl_floor"] + _NEAR)
    if not len(near):
        return np.inf, np.inf, np.inf
    at = near[0]
    return run.rounds[at], run.bytes_broadcast[at] / 1e3, run.bytes_sent[at] / 1e3


def _of_start(trials: Sequence[Any], start: str) -> Runs:
    runs: Runs = {}
    for trial in trials:
        if trial.start == start and trial.result is not None:
            runs.setdefault(trial.label, []).append(trial.result)
    return runs


def _median(runs: Runs, label: str, column: str) -> float:
    return float(np.median(finals(runs[label], column)))
