"""Does BILD-MACRO bear bad links? Final kl_fit with each disturbance over that without.

    python -m benchmarks.disturbances

Runs the closed loop with kinematic robots. A cell is the final kl_fit, the worst of the seeds, and
in brackets the worst ratio to the undisturbed run of the same seed, planner and network. ``dead``:
some robots die, and the others' density counts. ``cut`` is
a disk graph (--network complete --radio-range) that an outage cuts along x = 0 for five seconds,
beside the same without the outage; ``short`` is a radio range with which parts come and go, and
``worse`` that with lost, late and rounded messages too, where the consensus allows it.
"""

import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.settings import PRESETS, ConsensusName
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.network.link_settings import LinkSettings
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation


class Disturbance(NamedTuple):
    """A network, its links, and the disturbance that it is compared with."""

    network: str
    links: LinkSettings
    base: str
    faults: Faults = Faults()


@dataclass(frozen=True)
class Options:
    """What to run.

    Attributes:
        presets: settings of BILD-MACRO.
        consensus: ways to agree.
        tried: which disturbances; unless named all.
        target: named target.
        start: where the robots start.
        seeds: seeds.
        duration: simulated time (s).
        loss: share of messages lost.
        dead: share of the robots that die, and when (s).
        cut: START:END of the outage (s).
        radio_range: range of the disk graph (m).
        short_range: range with which the graph falls apart (m).
        dynamics: ideal, kinematic or bullet.
        jobs: runs at a time.
    """

    presets: tuple[str, ...] = ("default", "wasserstein")
    consensus: tuple[ConsensusName, ...] = ("metropolis", "push-sum", "admm")
    tried: tuple[str, ...] = ()
    target: str = "gmm3"
    start: str = "uniform"
    seeds: tuple[int, ...] = (0, 1, 2)
    duration: float = 60.0
    loss: float = 0.3
    dead: str = "0.2@30"
    cut: str = "20:25"
    radio_range: float = 0.6
    short_range: float = 0.35
    dynamics: str = "kinematic"
    jobs: int = 2


class Case(NamedTuple):
    """One run."""

    preset: str
    consensus: ConsensusName
    disturbance: str
    seed: int


class Result(NamedTuple):
    """Final kl_fit (nats), most parts of the network, and MB sent a robot."""

    kl_fit: float
    components: int
    megabytes: float


def main() -> None:
    """Run all and print the table."""
    options = tyro.cli(Options, description=__doc__)
    names = _tried(options)
    cases = [
        Case(*case) for case in product(options.presets, options.consensus, names, options.seeds)
    ]
    with ProcessPoolExecutor(options.jobs) as pool:
        found = {}
        for case, result in zip(cases, pool.map(partial(play, options), cases), strict=True):
            found[case] = result
            print(f"{case}: kl_fit {result.kl_fit:.4f}", file=sys.stderr, flush=True)
    report(options, found)


def _tried(options: Options) -> list[str]:
    """Return the disturbances asked for, after what they are compared with."""
    known = disturbances(options)
    asked = [name for name in known if not options.tried or name in options.tried]
    bases = {known[name].base for name in asked}
    return [name for name in known if name in bases or name in asked]


def disturbances(options: Options) -> Mapping[str, Disturbance]:
    """Return what is tried, by name."""
    disk = LinkSettings(radio_range=options.radio_range)
    loss, short = options.loss, LinkSettings(radio_range=options.short_range)
    worse = replace(short, loss=loss, link_delay=2, message_bits=16)
    return {
        "none": Disturbance("er:0.5", LinkSettings(), "none"),
        "loss": Disturbance("er:0.5", LinkSettings(loss=loss), "none"),
        "dead": Disturbance("er:0.5", LinkSettings(), "none", Faults(dead=options.dead)),
        "bursts": Disturbance("er:0.5", LinkSettings(loss=loss, burst=5.0), "none"),
        "delay": Disturbance("er:0.5", LinkSettings(link_delay=2), "none"),
        "bits": Disturbance("er:0.5", LinkSettings(message_bits=16), "none"),
        "disk": Disturbance("complete", disk, "disk"),
        "cut": Disturbance("complete", replace(disk, outage=options.cut), "disk"),
        "short": Disturbance("complete", short, "disk"),
        "worse": Disturbance("complete", worse, "disk"),
    }


def play(options: Options, case: Case) -> Result:
    """Do a run; what stops it counts as infinitely bad."""
    network, links, _, faults = disturbances(options)[case.disturbance]
    if case.consensus == "push-sum":
        links = replace(links, message_bits=64)
    config = RunConfig(
        target=options.target,
        seed=case.seed,
        network=network,
        duration=options.duration,
        swarm=SwarmSettings(start=options.start, dynamics=options.dynamics),
        macro=replace(PRESETS[case.preset], consensus=case.consensus),
        links=links,
        faults=faults,
    )
    with threadpool_limits(limits=1):
        simulation, parts = Simulation(config), 1
        try:
            for tick in simulation.ticks():
                parts = max(parts, tick.network.components)
            kl_fit = tick.kl_fit
        except RunError:
            kl_fit = np.inf
        finally:
            simulation.close()
    return Result(kl_fit, parts, float(tick.report.traffic.bytes.mean()) / 1e6)


def report(options: Options, found: Mapping[Case, Result]) -> None:
    """Print a row for each preset and consensus."""
    tried = _tried(options)
    known = disturbances(options)
    print(
        f"final kl_fit (worst ratio), {options.target}, start {options.start}, "
        f"{options.duration:g} s, {options.dynamics}, seeds {options.seeds}; on er:0.5 loss "
        f"{options.loss:g}, dead {options.dead}, bursts of 5 rounds, delay 2 rounds, 16 bits; disk "
        f"graphs of {options.radio_range:g} m, cut {options.cut} s, short "
        f"{options.short_range:g} m\n"
    )
    print("| preset | consensus |" + "".join(f" {name} |" for name in tried))
    print("|---|---|" + "---|" * len(tried))
    for preset, consensus in product(options.presets, options.consensus):
        cells = []
        for name in tried:
            base = known[name].base
            rows = [found[Case(preset, consensus, name, seed)] for seed in options.seeds]
            bases = [found[Case(preset, consensus, base, seed)] for seed in options.seeds]
            ratio = max(row.kl_fit / own.kl_fit for row, own in zip(rows, bases, strict=True))
            mark = "" if name == base else f" ({ratio:.2f})"
            cells.append(f" {max(row.kl_fit for row in rows):.4f}{mark} |")
        print(f"| {preset} | {consensus} |" + "".join(cells))
    for title, column in (("most parts", 1), ("MB sent a robot", 2)):
        print(f"\n{title}, seed {options.seeds[0]}")
        for preset, consensus in product(options.presets, options.consensus):
            values = [
                found[Case(preset, consensus, name, options.seeds[0])][column] for name in tried
            ]
            print(f"| {preset} | {consensus} |" + "".join(f" {value:.0f} |" for value in values))


if __name__ == "__main__":
    main()
