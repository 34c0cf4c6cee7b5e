"""Reference scores by target: random draws from p* and the best known placement.

    python -m benchmarks.reference_scores --robots 100 --draws 200

prints for each target and metric the mean over independent draws from p* with its standard error,
the value of the placement, and the threshold under which a swarm counts as settled.
"""

import time
from dataclasses import dataclass

import tyro
from threadpoolctl import threadpool_limits

from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.reference_scores import SCORED_METRICS, ReferenceScores, reference_scores
from bildsim.targets.target import named_target


@dataclass(frozen=True)
class Options:
    """Which reference scores.

    Attributes:
        targets: named targets.
        robots: number of robots.
        draws: independent draws.
        seed: seed of the draws and the placement.
        metrics: columns of the table.
    """

    targets: tuple[str, ...] = ("uniform", "gmm3", "gmm4", "ring", "banana", "letter_E")
    robots: int = 100
    draws: int = 50
    seed: int = 0
    metrics: tuple[str, ...] = SCORED_METRICS


def main() -> None:
    """Compute and print the tables."""
    options = tyro.cli(Options, description=__doc__)
    family = LegendreFamily()
    print(f"{options.robots} robots, {options.draws} draws, seed {options.seed}\n")
    print("| target | metric | iid | standard error | quantised | settled under |")
    print("|---|---|---|---|---|---|")
    with threadpool_limits(limits=1):
        for name in options.targets:
            begun = time.process_time()
            found = reference_scores(
                named_target(name, options.seed),
                options.robots,
                family,
                options.seed,
                options.draws,
            )
            _print(name, found, options.metrics, time.process_time() - begun)


def _print(name: str, found: ReferenceScores, metrics: tuple[str, ...], seconds: float) -> None:
    for metric in metrics:
        print(
            f"| {name} | {metric} | {found.iid[metric]:.4g} | {found.iid_error[metric]:.2g} "
            f"| {found.quantised[metric]:.4g} | {found.thresholds[metric]:.4g} |"
        )
    print(f"| {name} | processor time | {seconds:.1f} s | | | |", flush=True)


if __name__ == "__main__":
    main()
