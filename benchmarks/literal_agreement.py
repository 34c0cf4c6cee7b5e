"""How far is the compiled planner from a literal transcription of Algorithm 1, round by round?

    python -m benchmarks.literal_agreement --rounds 1000

Runs the main job in open loop twice over, once with the planner's arrays and once robot by robot as
the paper writes it (tests/controllers/bild_macro/literal_macro.py), and prints the largest
deviation up to some rounds. The literal one takes a tenth of a second a round with 100 robots.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from dataclasses import dataclass

import numpy as np
import tyro

from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.config import chosen_target
from bildsim.programs.reproduce.open_loop import OpenLoop
from tests.controllers.bild_macro.literal_macro import deviations

PRINTED = (1, 3, 10, 30, 100, 300, 1000, 2000, 3000, 4000, 5000, 6000)


@dataclass(frozen=True)
class Options:
    """The main job.

    Attributes:
        presets: whose constants: fixed or paper.
        rounds: communication rounds.
        robots: number of robots.
        network: er:PROBABILITY, regular:DEGREE, ring or complete.
        target: named target, or two-hills.
        seed: seed of start and network.
    """

    presets: tuple[str, ...] = ("paper", "fixed")
    rounds: int = 1000
    robots: int = 100
    network: str = "er:0.5"
    target: str = "gmm3"
    seed: int = 0


def main() -> None:
    """Run and print a table for each preset."""
    options = tyro.cli(Options, description=__doc__)
    print(f"{options.robots} robots, {options.network}, {options.target}, seed {options.seed}")
    for preset in options.presets:
        rng = np.random.default_rng(options.seed)
        target = chosen_target(options.target, options.seed)
        spec = NetworkSpec.parse(options.network)
        loop = OpenLoop.draw(target, PRESETS[preset], options.robots, spec, rng)
        print(f"\n{preset}\nrounds    positions (m)   y              projected solves")
        compare(loop, options.rounds)


def compare(loop: OpenLoop, rounds: int) -> None:
    """Print the largest deviations so far."""
    worst, projections = np.zeros(2), 0
    for done, (x, y, projected) in enumerate(deviations(loop, rounds), 1):
        worst = np.maximum(worst, (x, y))
        projections += projected
        if done in PRINTED or done == rounds:
            row = f"{done:6d}    {worst[0]:.1e}         {worst[1]:.1e}        {projections}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
