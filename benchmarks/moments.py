"""What do the planners of moments reach, what does each of their parts add, and what breaks them?

    python -m benchmarks.moments --part eigenvalues
    python -m benchmarks.moments --part targets
    python -m benchmarks.moments --part ablations
    python -m benchmarks.moments --part links
    python -m benchmarks.moments --part rounds --dynamics ideal
    python -m benchmarks.moments --part unseen
    python -m benchmarks.moments --part numbers --dynamics kinematic

Each part prints a table; docs/moments.md reads them. ``w2`` is judged on 40 x 40 cells, on which no
planner here optimises. Medians over starts and seeds, and in brackets the largest; ``rounds``
counts until kl_fit is no more than 0.05 above the family's least, of points without a top speed.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tyro

from bildsim import compare
from bildsim.api.comparison import Comparison
from bildsim.api.result import Result
from bildsim.controllers.moments.goal import RIDGE, moment_goal, statistic_scales
from bildsim.density.legendre_family import LegendreFamily
from bildsim.density.ridge import REGULARISATION
from bildsim.targets.random_mixture import random_mixture
from bildsim.targets.target import Target, named_target

CELLS, DESCENT = "moment-cells", "moment-descent"
_NEAR = 0.05
# Chosen once, before any planner had run on them.
_UNSEEN_SEED, _UNSEEN = 20261130, 10
Part = Literal["eigenvalues", "targets", "ablations", "links", "rounds", "unseen", "numbers"]
Things = Mapping[str, Mapping[str, Any]]

RIVALS: Things = {
    name: {"planner": name}
    for name in (CELLS, DESCENT, "bild-macro", "ot_lloyd", "laguerre", "kde_flow", "ergodic")
}
ABLATIONS: Things = {
    "moment-cells": {"planner": CELLS},
    "long range only": {"planner": CELLS, "planner_option": "spreading=0"},
    "cells only": {"planner": CELLS, "planner_option": "gain=0"},
    "Metropolis tracking": {"planner": CELLS, "planner_option": "consensus=metropolis"},
    "ADMM, a message a neighbour": {"planner": CELLS, "planner_option": "consensus=admm"},
    "no leak": {"planner": CELLS, "planner_option": "leak=0"},
    "leak 0.01": {"planner": CELLS, "planner_option": "leak=0.01"},
    "moments of p* alone": {"planner": CELLS, "planner_option": "moment_share=1"},
    "moments of the fit alone": {"planner": CELLS, "planner_option": "moment_share=0"},
}
LINKS: Things = {
    "undisturbed": {},
    "30 % of messages lost": {"loss": 0.3},
    "3 rounds late": {"link_delay": 3},
    "10 rounds late": {"link_delay": 10},
    "8 bits a number": {"message_bits": 8},
    "20 % dead at 30 s": {"dead": "0.2@30"},
    "all links cut from 20 to 25 s": {"outage": "20:25"},
    "1 round a tick": {"rounds": 1},
}
ROUNDS: Things = {
    CELLS: {"planner": CELLS},
    DESCENT: {"planner": DESCENT},
    "bild-macro": {"planner": "bild-macro"},
    "bild-macro, paper": {"planner": "bild-macro", "macro_preset": "paper"},
}


@dataclass(frozen=True)
class Options:
    """What to run.

    Attributes:
        part: which table.
        targets: named targets.
        starts: where robots start.
        seeds: how many seeds, from 0 on.
        robots: number of robots.
        duration: simulated time (s).
        dynamics: ideal, kinematic or bullet.
        network: who hears whom; a disk moves with the robots.
        numbers: numbers of robots of the part of that name.
        jobs: processes.
    """

    part: Literal["eigenvalues", "targets", "ablations", "links", "rounds", "unseen", "numbers"] = (
        "targets"
    )
    targets: tuple[str, ...] = ("uniform", "gmm3", "gmm4", "ring", "banana", "letter_E")
    starts: tuple[str, ...] = ("uniform", "corner", "wrong")
    seeds: int = 2
    robots: int = 100
    duration: float = 60.0
    dynamics: str = "kinematic"
    network: str = "disk:0.5"
    numbers: tuple[int, ...] = (25, 100, 400)
    jobs: int = 2

    @property
    def shared(self) -> dict[str, Any]:
        """Options of all runs."""
        return {
            "robots": self.robots,
            "duration": self.duration,
            "dynamics": self.dynamics,
            "network": self.network,
        }


def main() -> None:
    """Run a part and print its table."""
    options = tyro.cli(Options, description=__doc__)
    where = ", ".join(f"{name} {value}" for name, value in options.shared.items())
    print(f"{where}; starts {', '.join(options.starts)}; seeds 0 to {options.seeds - 1}\n")
    parts = {
        "eigenvalues": lambda: _eigenvalues(options),
        "targets": lambda: _by_target(options, RIVALS, options.targets),
        "ablations": lambda: _by_target(options, ABLATIONS, options.targets),
        "links": lambda: _links(options),
        "rounds": lambda: _rounds(options),
        "unseen": lambda: _by_target(options, _pair("ot_lloyd"), _unseen()),
        "numbers": lambda: _numbers(options),
    }
    parts[options.part]()


def _eigenvalues(options: Options) -> None:
    """Print how fast moments converge at p*, in statistics of unit mean square."""
    print("| target | of M: least | largest | of K M: least | largest | below 0.5 |")
    print("|---|---|---|---|---|---|")
    family = LegendreFamily()
    for name in options.targets:
        target = named_target(name)
        log_target = np.log(target.on_grid(family.grid))
        goal = moment_goal(target, log_target, family, REGULARISATION, 0.5)
        scale = statistic_scales(family)
        inverse = np.linalg.inv(goal.metric / np.outer(scale, scale))
        # K^-1 = M + e I, and e is known from its mean eigenvalue.
        ridge = np.trace(inverse) / family.size * RIDGE / (1.0 + RIDGE)
        plain = np.linalg.eigvalsh(inverse) - ridge
        led = plain / (plain + ridge)
        few = int((led < 0.5).sum())
        print(
            f"| {name} | {plain[0]:.3g} | {plain[-1]:.3g} | {led[0]:.2f} | {led[-1]:.2f} | {few} |"
        )


def _pair(rival: str) -> Things:
    return {name: {"planner": name} for name in (CELLS, rival)}


def _unseen() -> list[Target]:
    rng = np.random.default_rng(_UNSEEN_SEED)
    return [random_mixture(rng) for _ in range(_UNSEEN)]


def _run(options: Options, things: Things, targets: Sequence[Any], **more: Any) -> Comparison:
    return compare(
        things,
        targets=list(targets),
        starts=list(options.starts),
        seeds=options.seeds,
        jobs=options.jobs,
        trajectories=False,
        progress=False,
        **{**options.shared, **more},
    )


def _by_target(options: Options, things: Things, targets: Sequence[Any]) -> None:
    print(
        "| target | planner | kl_fit | w2 (m) | js_kde | touching | mean speed at the end (m/s) |"
    )
    print("|---|---|---|---|---|---|---|")
    for number, target in enumerate(targets):
        name = target if isinstance(target, str) else f"{number + 1}"
        _print_rows(name, _results(_run(options, things, [target])))


def _links(options: Options) -> None:
    print("| target | links | kl_fit | w2 (m) | js_kde | touching | mean speed at the end (m/s) |")
    print("|---|---|---|---|---|---|---|")
    things = {label: {"planner": CELLS, **own} for label, own in LINKS.items()}
    for target in options.targets:
        _print_rows(target, _results(_run(options, things, [target])))


def _numbers(options: Options) -> None:
    print("| robots | target, planner | kl_fit | w2 (m) | js_kde | touching | mean speed (m/s) |")
    print("|---|---|---|---|---|---|---|")
    for robots in options.numbers:
        # Few robots must hear further, or the network falls apart.
        network = f"disk:{max(0.5, 5.0 / np.sqrt(robots)):.2g}"
        for target in options.targets:
            found = _run(options, _pair("ot_lloyd"), [target], robots=robots, network=network)
            rows = {f"{target}, {label}": runs for label, runs in _results(found).items()}
            _print_rows(str(robots), rows)


def _rounds(options: Options) -> None:
    print("| target | planner | rounds | kB a robot, broadcast | kB a robot, to each neighbour |")
    print("|---|---|---|---|---|")
    for target in options.targets:
        for label, own in ROUNDS.items():
            rest = dict(own)
            preset = rest.pop("macro_preset", None)
            more = {"preset": preset, "metrics_period": 0.1, "max_speed": np.inf}
            found = _run(options, {label: rest}, [target], **more)
            reached = [_reached(trial.result) for trial in found.trials]
            rounds, broadcast, sent = np.median(reached, axis=0)
            print(
                f"| {target} | {label} | {rounds:.0f} | {broadcast:.4g} | {sent:.4g} |", flush=True
            )


def _reached(run: Result | None) -> tuple[float, float, float]:
    """Return rounds and kB a robot until it is near the least KL; infinite where it never is."""
    if run is None:
        return np.inf, np.inf, np.inf
    near = np.flatnonzero(run.kl_fit <= run.summary["kl_floor"] + _NEAR)
    if not len(near):
        return np.inf, np.inf, np.inf
    at = near[0]
    return run.rounds[at], run.bytes_broadcast[at] / 1e3, run.bytes_sent[at] / 1e3


def _results(found: Comparison) -> dict[str, list[Result]]:
    by_label: dict[str, list[Result]] = {}
    for trial in found.trials:
        if trial.result is None:
            raise SystemExit(f"{trial.label}, seed {trial.seed}: {trial.reason}")
        by_label.setdefault(trial.label, []).append(trial.result)
    return by_label


def _print_rows(name: str, results: Mapping[str, Sequence[Result]]) -> None:
    for label, runs in results.items():
        cells = [
            _cell([run.final[column] for run in runs], digits)
            for column, digits in (
                ("kl_fit", 4),
                ("w2", 4),
                ("js_kde", 4),
                ("contacts", 0),
                ("speed_m_s", 4),
            )
        ]
        print(f"| {name} | {label} | " + " | ".join(cells) + " |", flush=True)


def _cell(values: Sequence[float], digits: int) -> str:
    return f"{np.median(values):.{digits}f} ({np.max(values):.{digits}f})"


if __name__ == "__main__":
    main()
