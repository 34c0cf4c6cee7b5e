"""Is lost stability reported when it is lost, and only then? Which gamma_y is stable at the start?

    python -m benchmarks.loss_of_stability

Runs Algorithm 1 in open loop from uniform and corner starts. First settings that bound their
steps, which must never ring; then the paper's with gamma_y at multiples of what is stable at the
uniform density, above 1 of which ``bildsim.run`` refuses. A row gives the rounds for which a robot
was loud without a break, and the round of the alarm (bildsim.controllers.bild_macro.step_sizes), or
none.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import tyro

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.settings import PAPER, PRESETS, MacroSettings
from bildsim.controllers.bild_macro.stability import step_bound
from bildsim.controllers.bild_macro.step_sizes import Restlessness
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target


@dataclass(frozen=True)
class Options:
    """What to run.

    Attributes:
        targets: named targets.
        networks: er:PROBABILITY, regular:DEGREE, ring or complete.
        multiples: gamma_y of the paper's settings, in units of what is stable at the start.
        rounds: communication rounds.
        robots: number of robots.
        seed: seed of start and network.
    """

    targets: tuple[str, ...] = ("gmm3", "banana")
    networks: tuple[str, ...] = ("er:0.5", "regular:6", "ring")
    multiples: tuple[float, ...] = (0.3, 0.8, 0.95, 1.05, 1.2)
    rounds: int = 600
    robots: int = 100
    seed: int = 0


def main() -> None:
    """Run all and print a table."""
    options = tyro.cli(Options, description=__doc__)
    print(f"{options.robots} robots, {options.rounds} rounds, seed {options.seed}\n")
    print("| settings | gamma_y | multiple | network | target | start | longest loud | alarm |")
    print("|" + "---|" * 8)
    for network, target, start in product(options.networks, options.targets, ("uniform", "corner")):
        for label, multiple, loop in loops(options, network, target, start):
            longest, alarm = played(loop, options.rounds)
            gamma_y = loop.algorithm.settings.gamma_y
            print(
                f"| {label} | {gamma_y:.3g} | {multiple} | {network} | {target} | {start} "
                f"| {longest} | {alarm} |",
                flush=True,
            )


def loops(
    options: Options, network: str, target: str, start: str
) -> Iterator[tuple[str, str, OpenLoop]]:
    """Yield the settings' names, their multiples of the stable gamma_y, and what to run."""
    for preset in ("fixed", "wasserstein"):
        yield preset, "", _loop(options, network, target, start, PRESETS[preset])
    drawn = _loop(options, network, target, start, PAPER)
    family = drawn.algorithm.family
    largest = np.linalg.eigvalsh(family.covariance(np.zeros(family.size)))[-1]
    limit = step_bound(drawn.network, 0.0) / (largest + PAPER.regularisation)
    for multiple in options.multiples:
        settings = replace(PAPER, gamma_y=multiple * limit)
        yield "paper", f"{multiple:g}", _loop(options, network, target, start, settings)


def _loop(
    options: Options, network: str, target: str, start: str, settings: MacroSettings
) -> OpenLoop:
    rng, spec = np.random.default_rng(options.seed), NetworkSpec.parse(network)
    loop = OpenLoop.draw(named_target(target), settings, options.robots, spec, rng, FAMILY)
    if start == "uniform":
        return loop
    return replace(loop, positions=-1.0 + 0.175 * (loop.positions + 1.0))


FAMILY = LegendreFamily()


def played(loop: OpenLoop, rounds: int) -> tuple[int, str]:
    """Return for how many rounds a robot was loud, and the round of the alarm."""
    settings, state = loop.algorithm.settings, loop.start()
    restless = Restlessness.none(len(loop.positions))
    longest, alarm = 0, "none"
    for _ in range(rounds):
        before = state
        try:
            state = loop.advance(state, loop.algorithm.hypergradient(state))
        except RunError:
            return longest, f"{state.rounds} (y too large)"
        restless = restless.after(before, state, 1)
        longest = max(longest, int(restless.rounds.max()))
        try:
            restless.check(state, settings)
        except RunError:
            alarm = str(state.rounds)
            break
    return longest, alarm


if __name__ == "__main__":
    main()
