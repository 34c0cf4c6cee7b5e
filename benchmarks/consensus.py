"""How well do robots agree on the mean of their statistics while messages are lost?

    python -m benchmarks.consensus

Every robot holds phi(x_i) of a uniform random place, on a network that stays. A cell is the RMS,
over robots and statistics, of the difference between a robot's estimate and the mean, the worst of
the seeds, after the first and the last number of rounds. ``admm, rho 1`` is ADMM with one fixed
penalty. Times are of the processor.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import time
from dataclasses import dataclass, replace
from itertools import product
from typing import get_args

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.settings import PRESETS, ConsensusName
from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.base import AnyConsensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking
from bildsim.controllers.consensus.push_sum import PushSum
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network, require_connected
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import LossyLinks
from bildsim.targets.target import named_target

RULES: dict[str, AnyConsensus] = {
    "metropolis": MetropolisTracking(0.5),
    "push-sum": PushSum(0.5),
    "admm": AdmmConsensus(),
    "admm, rho 1": AdmmConsensus(penalty=1.0, fixed=True),
}


@dataclass(frozen=True)
class Options:
    """What to measure.

    Attributes:
        networks: er:PROBABILITY, disk:RANGE, regular:DEGREE, ring ...
        losses: shares of messages lost.
        rounds: after how many rounds to look.
        seeds: seeds of places, network and losses.
        robots: number of robots.
        burst: mean length of a bad spell (rounds); 0 for independent losses.
        link_delay: rounds that a message takes.
        message_bits: bits of a number in a message; push-sum keeps doubles.
    """

    networks: tuple[str, ...] = ("er:0.5", "regular:6", "disk:0.4")
    losses: tuple[float, ...] = (0.0, 0.1, 0.3, 0.5)
    rounds: tuple[int, ...] = (150, 600)
    seeds: tuple[int, ...] = (0, 1, 2)
    robots: int = 100
    burst: float = 0.0
    link_delay: int = 0
    message_bits: int = 64


def main() -> None:
    """Measure all and print the table."""
    options = tyro.cli(Options, description=__doc__)
    after = " / ".join(map(str, options.rounds))
    print(
        f"RMS error after {after} rounds, worst of seeds {options.seeds}; {options.robots} robots, "
        f"burst {options.burst:g}, delay {options.link_delay}, {options.message_bits} bits\n"
    )
    print("| network | loss |" + "".join(f" {name} |" for name in RULES) + "")
    print("|---|---|" + "---|" * len(RULES))
    for network, loss in product(options.networks, options.losses):
        cells = [_cell(options, network, loss, rule) for rule in RULES.values()]
        print(f"| {network} | {loss:g} |" + "".join(f" {cell} |" for cell in cells), flush=True)
    print("\nmilliseconds a round, 48 numbers, " + options.networks[0])
    for name, rule in RULES.items():
        print(f"| {name} | {_milliseconds(options, rule):.2f} |", flush=True)
    print(
        "\nmilliseconds a control tick of BILD-MACRO, ten rounds, loss 0.3, " + options.networks[0]
    )
    for preset, name in product(("default", "wasserstein"), get_args(ConsensusName)):
        print(f"| {preset} | {name} | {_tick(options, preset, name):.1f} |", flush=True)


def _cell(options: Options, network: str, loss: float, rule: AnyConsensus) -> str:
    found = [errors(options, network, loss, rule, seed) for seed in options.seeds]
    return " / ".join(f"{value:.0e}" for value in np.max(found, axis=0))


def errors(
    options: Options, network: str, loss: float, rule: AnyConsensus, seed: int
) -> list[float]:
    """Return the RMS error after each of the numbers of rounds."""
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-1.0, 1.0, (options.robots, 2))
    spec = NetworkSpec.parse(network)
    graph = build_network(spec, positions, rng)
    require_connected(graph, spec, positions)
    inputs = LegendreFamily().statistics(positions)
    links = LossyLinks(_links(options, loss, rule))
    where, state, found = links.init(options.robots, rng), rule.init(inputs, graph), []
    for done in range(1, max(options.rounds) + 1):
        arrivals, where = links.next_round(where, graph)
        state = rule.advance(state, inputs, graph, arrivals)
        if done in options.rounds:
            found.append(_rms(rule.estimates(state) - inputs.mean(axis=0)))
    return found


def _links(options: Options, loss: float, rule: AnyConsensus) -> LinkSettings:
    bits = 64 if isinstance(rule, PushSum) else options.message_bits
    burst = options.burst if loss else 0.0
    return LinkSettings(loss=loss, burst=burst, link_delay=options.link_delay, message_bits=bits)


def _rms(gaps: Floats) -> float:
    return float(np.sqrt(np.mean(gaps**2)))


def _milliseconds(options: Options, rule: AnyConsensus) -> float:
    """Return the median over five of the mean time of 100 rounds."""
    once = Options(networks=options.networks, rounds=(100,), robots=options.robots)
    times = []
    for _ in range(5):
        begun = time.process_time()
        errors(once, options.networks[0], 0.3, rule, 0)
        times.append(10.0 * (time.process_time() - begun))
    return float(np.median(times))


def _tick(options: Options, preset: str, name: ConsensusName) -> float:
    """Return the median time of a tick over 30."""
    rng, target = np.random.default_rng(0), named_target("gmm3")
    positions = rng.uniform(-1.0, 1.0, (options.robots, 2))
    graph = build_network(NetworkSpec.parse(options.networks[0]), positions, rng)
    settings = replace(PRESETS[preset], consensus=name)
    problem = Problem(target, LegendreFamily(), settings.regularisation, 0.02)
    planner = BildMacroPlanner.of(problem, settings, 10, LinkSettings(loss=0.3))
    observation, times = Observation(0.0, positions, graph), []
    state = planner.init(observation, rng)
    with threadpool_limits(limits=1):
        for _ in range(30):
            begun = time.process_time()
            waypoints, state = planner.plan(state, observation)
            times.append(1000.0 * (time.process_time() - begun))
            observation = replace(observation, positions=waypoints)
    return float(np.median(times))


if __name__ == "__main__":
    main()
