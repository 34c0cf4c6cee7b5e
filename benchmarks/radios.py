"""How many rounds has each planner on each radio, what does that load, and what is lost?

    python -m benchmarks.radios
    python -m benchmarks.radios --robots 50 --radios esp-now kilobot-ir --run
    python -m benchmarks.radios --messages --planners bild-macro moment-cells ergodic kde_consensus

A row a planner and radio: bytes and packets of a message, rounds a second asked for and had, the
share of the air, the shares of packets that collide and of messages that are lost, and the seconds
that the rounds before the first move take. With --run the Wasserstein distance to p* at the end,
beside that without a radio (m).

With --messages instead a row a planner, format of numbers and threshold of sending: the bytes of a
message, the bytes that a robot sent, the share of the rounds in which it spoke, the rounds a second
that the first radio has for messages of that size, and KL and W2 at the end of a run without it;
medians over the seeds.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import tyro

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.controllers.planner import Talks
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.network.channel import Size
from bildsim.network.link_settings import LinkSettings, OptionalFormat
from bildsim.network.radio import RADIO_NAMES, AirUse
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

_PAPERS = "bild-macro, paper"
_ADMM = "bild-macro, admm"


@dataclass(frozen=True)
class Options:
    """Planners on radios.

    Attributes:
        planners: planners; bild-macro, paper sends the Hessian, too, and bild-macro, admm what is
            another to each neighbour.
        radios: radios by name, or files.
        robots: number of robots.
        rounds: a control tick that are asked for.
        duration: simulated time (s).
        run: whether to run it, too.
        dynamics: what moves the robots then.
        seed: seed.
        messages: whether to compare messages, not radios.
        formats: of each row then the format and the threshold, and if not 0 the share of messages
            that is lost, with colons between.
        seeds: seeds then.
        network: who hears whom then.
    """

    planners: tuple[str, ...] = (
        _PAPERS,
        "bild-macro",
        _ADMM,
        "moment-descent",
        "moment-cells",
        "ergodic",
        "smc",
        "kde_consensus",
        "learned",
    )
    radios: tuple[str, ...] = RADIO_NAMES
    robots: int = 100
    rounds: int = 10
    duration: float = 600.0
    run: bool = False
    dynamics: str = "ideal"
    seed: int = 0
    messages: bool = False
    formats: tuple[str, ...] = (
        "float64:0",
        "float32:0",
        "float16:0",
        "float16:0.02",
        "float16:0.1",
    )
    seeds: tuple[int, ...] = (0, 1)
    network: str = "disk:0.5"


def configuration(options: Options, planner: str, radio: str | None) -> RunConfig:
    """Return the run of a planner on a radio; of none, with all rounds."""
    macro = {_PAPERS: PAPER, _ADMM: MacroSettings(consensus="admm")}.get(planner, MacroSettings())
    return RunConfig(
        planner=planner.partition(",")[0],
        rounds=options.rounds,
        duration=options.duration,
        seed=options.seed,
        macro=macro,
        links=LinkSettings(radio=radio),
        swarm=SwarmSettings(robots=options.robots, dynamics=options.dynamics),
    )


def at_the_start(config: RunConfig) -> tuple[AirUse, float]:
    """Return how a run with a radio uses the air, and the time before its first move (s)."""
    simulation = Simulation(config)
    try:
        first, air = next(iter(simulation.ticks())), simulation.air
        assert air is not None, "planners that say nothing need no radio"
        return air, first.report.traffic.rounds / air.had_a_second
    finally:
        simulation.close()


def at_the_end(config: RunConfig) -> str:
    """Return the W2 at the end of a run (m), in words that say so if there is none."""
    simulation = Simulation(config)
    try:
        *_, last = simulation.ticks()
        metrics = PositionMetrics.of(simulation.target)
        return f"{metrics.values(last.pose[last.active, :2])['w2']:.4f}"
    except RunError:
        return "stopped"
    finally:
        simulation.close()


def rows(options: Options, planner: str) -> Iterator[str]:
    """Yield a planner's rows."""
    free = at_the_end(configuration(options, planner, None)) if options.run else ""
    for radio in options.radios:
        config = configuration(options, planner, radio)
        try:
            air, before = at_the_start(config)
        except UsageError as error:
            yield f"| {planner} | {radio} | {str(error).partition(':')[0]} |"
            continue
        end = f" {at_the_end(config)} ({free}) |" if options.run else ""
        lost = f"{100.0 * air.collision_loss:.1f} | {100.0 * air.message_loss:.1f}"
        yield (
            f"| {planner} | {radio} | {air.talk.message_bytes:,} | {air.packets} | "
            f"{air.asked_a_second:.0f} / {air.had_a_second:.3g} | {100.0 * air.load:.1f} | "
            f"{lost} | {before:.3g} |{end}"
        )


def _parts(row: str) -> tuple[str, str, str]:
    name, threshold, *loss = row.split(":")
    if name not in ("float16", "float32", "float64"):
        raise UsageError(f"--formats {row} is not possible: it must be as float16:0.1")
    return name, threshold, loss[0] if loss else "0"


def with_messages(options: Options, planner: str, row: str, seed: int) -> RunConfig:
    """Return the run of a planner with messages of a format and threshold, as a row names them."""
    name, threshold, loss = _parts(row)
    written = cast(OptionalFormat, name)
    links = LinkSettings(message_format=written, send_threshold=float(threshold), loss=float(loss))
    config = configuration(options, planner, None)
    return replace(config, seed=seed, links=links, network=options.network)


def sent_and_reached(config: RunConfig) -> tuple[float, float, float, float]:
    """Return the bytes a robot sent, the share of rounds in which it spoke, KL and W2 (m)."""
    simulation = Simulation(config)
    try:
        *_, last = simulation.ticks()
        traffic = last.report.traffic
        message = message_of(simulation).bytes_with(config.links)
        share = traffic.broadcast.mean() / (message * traffic.rounds)
        w2 = PositionMetrics.of(simulation.target).values(last.pose[last.active, :2])["w2"]
        return float(traffic.broadcast.mean()), float(share), last.kl_fit, w2
    finally:
        simulation.close()


def message_of(simulation: Simulation) -> Size:
    """Return what a message of a run's planner weighs."""
    planner = simulation.planning.planner.planner
    assert isinstance(planner, Talks), "planners that say nothing have no messages"
    return planner.message


def message_rows(options: Options, planner: str) -> Iterator[str]:
    """Yield a planner's rows of messages."""
    for row in options.formats:
        configs = [with_messages(options, planner, row, seed) for seed in options.seeds]
        radio = replace(configs[0], links=replace(configs[0].links, radio=options.radios[0]))
        try:
            found = Simulation(radio)
            air = found.air
            found.close()
            rounds = "" if air is None else f"{air.had_a_second:.3g}"
        except UsageError:
            rounds = "refused"
        simulation = Simulation(configs[0])
        size = message_of(simulation).bytes_with(configs[0].links)
        simulation.close()
        runs = np.array([sent_and_reached(config) for config in configs])
        sent, share, kl, w2 = np.median(runs, axis=0)
        name, threshold, loss = _parts(row)
        yield (
            f"| {planner} | {name} | {threshold} | {loss} | {size:,} | {sent / 1e6:.3g} | "
            f"{100.0 * share:.0f} | {rounds} | {kl:.4f} | {w2:.4f} |"
        )


def compare_messages(options: Options) -> None:
    """Print the table of formats and thresholds."""
    print(f"{options.robots} robots, {options.duration:g} s, {options.network}, ", end="")
    print(f"{options.dynamics}, seeds {', '.join(map(str, options.seeds))}\n")
    head = ["planner", "numbers", "threshold", "loss", "bytes a message", "MB sent a robot"]
    head += ["rounds it spoke in, %", f"rounds/s on {options.radios[0]}", "kl_fit", "W2, m"]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for planner in options.planners:
        for row in message_rows(options, planner):
            print(row, flush=True)


def main(options: Options) -> None:
    """Print the table."""
    if options.messages:
        compare_messages(options)
        return
    head = ["planner", "radio", "bytes", "packets", "rounds/s asked / had", "air, %"]
    head += ["collisions, %", "messages lost, %", "before the start, s"]
    head += ["W2 (without a radio), m"] if options.run else []
    print(f"{options.robots} robots, {options.duration:g} s\n")
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for planner in options.planners:
        for row in rows(options, planner):
            print(row, flush=True)


if __name__ == "__main__":
    main(tyro.cli(Options))
