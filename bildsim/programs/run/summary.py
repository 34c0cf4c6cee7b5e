"""summary.json and the table at the end of a run."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from math import degrees
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bildsim.drawing.frame_state import ESTIMATES, kl_text
from bildsim.envs.robots.arena_size import USUAL_WIDTH, unit_of
from bildsim.network.radio.budget import AirUse
from bildsim.programs.output.json_values import plain
from bildsim.programs.output.terminal import say_target, say_written
from bildsim.programs.output.versions import versions
from bildsim.simulation.config import RunConfig
from bildsim.simulation.loop import Simulation

_SINCE = "mean since a quarter of the run"


@dataclass(frozen=True)
class Swarm:
    """What moved, with what follows from the number of robots where it was not asked for.

    Attributes:
        robots: number of robots.
        radius: of each (m).
        max_speed: top speed of each (m/s).
        network: specification of their network.
        network_by_number: whether it was not asked for, but follows from the number of robots.
        gain: of the tracking controller, as it was used (1/s).
        delay_borne_s: the longest delay of commands that this gain bears by itself (s).
        arena_width: side of the square that their centres can reach (m).
    """

    robots: int
    radius: float
    max_speed: float
    network: str
    network_by_number: bool
    gain: float
    delay_borne_s: float
    arena_width: float = USUAL_WIDTH

    @classmethod
    def of(cls, simulation: Simulation) -> "Swarm":
        """Return the swarm of a simulation."""
        env = simulation.env
        network, given = str(simulation.network_spec), simulation.config.network
        return cls(
            env.robots,
            env.described_robot.radius,
            env.described_robot.max_speed,
            network,
            given is None,
            env.tracking.gain,
            env.tracking.borne_s,
            simulation.config.swarm.arena_width,
        )


class Localised(NamedTuple):
    """How far robots were from where they took themselves to be.

    Attributes:
        position_rms_m: root mean square over robots and ticks of the distance (m).
        heading_rms_rad: the same of the angle between headings (rad).
    """

    position_rms_m: float
    heading_rms_rad: float

    @classmethod
    def of(cls, simulation: Simulation) -> "Localised | None":
        """Return it of a simulation so far; None where robots know where they are."""
        localiser = simulation.env.driver.localiser
        return None if localiser is None else cls(*localiser.rms)


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        swarm: the robots and their network.
        target_source: what was read of a target file, and how; empty for other targets.
        status: ``done``, ``interrupted`` or ``failed``.
        reason: why it stopped early, else empty.
        kl_floor: least KL that the family allows for the target, as it is at the end (nats).
        final: the last row of measurements; empty if the run stopped before the first.
        simulated_s: simulated time (s).
        settling_s: when kl_fit came under its least plus 0.02 nats for good (s); else infinite;
            None where the target moves.
        planner_ms: mean wall time of the planner a tick and robot (ms).
        wall_s: time from the program's start until the video was closed (s).
        time_budget_s: what it was spent on since the program's last start, by activity (s).
        compile_s: how long kernels were compiled before, which is no part of ``wall_s`` (s).
        air: how messages used a radio; None without one, or where nobody talks.
        localised: how well robots knew where they were; None where they know.
    """

    swarm: Swarm
    target_source: str
    status: str
    reason: str
    kl_floor: float
    final: Mapping[str, float | int]
    simulated_s: float
    settling_s: float | None
    planner_ms: float
    wall_s: float
    time_budget_s: Mapping[str, float]
    compile_s: float = 0.0
    air: AirUse | None = None
    localised: Localised | None = None

    @property
    def real_time_factor(self) -> float:
        """Simulated seconds a second."""
        return self.simulated_s / self.wall_s


class Ending(NamedTuple):
    """How a session ended.

    Attributes:
        status: ``done``, ``interrupted`` or ``failed``.
        reason: why it stopped early, else empty.
        exit_status: what the program is to return.
    """

    status: str
    reason: str = ""
    exit_status: int = 0


def summary(config: RunConfig, outcome: Outcome) -> dict[str, object]:
    """Return what summary.json says."""
    final = outcome.final
    values = {
        "target_source": outcome.target_source,
        "status": outcome.status,
        "reason": outcome.reason,
        "kl_floor": outcome.kl_floor,
        "kl_excess": final["kl_fit"] - outcome.kl_floor if final else None,
        "final": dict(final),
        "simulated_s": outcome.simulated_s,
        "kl_settling_s": outcome.settling_s,
        "planner_ms_a_robot": outcome.planner_ms,
        "wall_s": outcome.wall_s,
        "real_time_factor": outcome.real_time_factor,
        "time_budget_s": dict(outcome.time_budget_s),
        "compile_s": outcome.compile_s,
        "seed": config.seed,
        "swarm": asdict(outcome.swarm),
        "configuration": asdict(config),
        "versions": versions(),
    }
    if outcome.air is not None:
        values["radio"] = outcome.air.figures | _warm_up(outcome.air, final)
    if outcome.localised is not None:
        values["localisation"] = outcome.localised._asdict()
    return {name: plain(value) for name, value in values.items()}


def print_table(outcome: Outcome, paths: list[Path], console: Console) -> None:
    """Print the figures of a run and where its files are."""
    final, swarm = outcome.final, outcome.swarm
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column()
    rows = [
        (
            "robots",
            f"{swarm.robots}",
            f"radius {1e3 * swarm.radius:.1f} mm, top speed {swarm.max_speed:.3g} m/s",
        ),
        *_arena_row(swarm.arena_width),
        (
            "network",
            swarm.network,
            "usual for this number of robots" if swarm.network_by_number else "",
        ),
        (
            "KL to the target",
            kl_text(final["kl_fit"]),
            f"nats; at least {outcome.kl_floor:.4f}",
        ),
        ("W2 to the target", f"{final['w2']:.4f}", "m"),
        ("touching pairs", f"{final['contacts']}", f"least gap {1e3 * final['min_gap_m']:z.1f} mm"),
        ("way driven", f"{final['path_length_m']:.2f}", "m a robot"),
        ("sent", f"{final['bytes_sent'] / 1e6:.1f}", "MB a robot"),
        *_radio_rows(outcome.air, final),
        ("real-time factor", f"{outcome.real_time_factor:.2f}", _speed(outcome)),
    ]
    if "kl_estimate" in final:
        text = "nats; mean KL of the robots' estimates"
        rows.insert(3, (ESTIMATES, kl_text(final["kl_estimate"]), text))
    if outcome.localised is not None:
        position, heading = outcome.localised
        text = f"mm and {degrees(heading):.1f} degrees; rms of what robots knew"
        rows.append(("localisation", f"{1e3 * position:.1f}", text))
    if "w2_mean" in final:
        rows += [
            ("tracking error, KL", kl_text(final["kl_fit_mean"]), f"nats; {_SINCE}"),
            ("tracking error, W2", f"{final['w2_mean']:.4f}", f"m; {_SINCE}"),
        ]
    for row in rows:
        table.add_row(*row)
    console.print(table)
    say_target(outcome.target_source, console)
    say_written(paths, console)


def _arena_row(width: float) -> Iterator[tuple[str, str, str]]:
    """Yield how wide an unusual arena is (m)."""
    if width != USUAL_WIDTH:
        yield "arena", f"{width:g}", f"m wide; places are in units of {unit_of(width):g} m"


def _warm_up(use: AirUse, final: Mapping[str, float | int]) -> dict[str, object]:
    rounds, seconds = use.warm_up(int(final.get("rounds", 0)), final.get("time_s", 0.0))
    sent = use.sent(float(final.get("bytes_broadcast", 0.0)), int(final.get("rounds", 0)))
    return {"warm_up_rounds": rounds, "warm_up_s": seconds, "air_sent": sent}


def _radio_rows(
    use: AirUse | None, final: Mapping[str, float | int]
) -> Iterator[tuple[str, str, str]]:
    """Yield what a radio made of the planner's rounds, a row a line."""
    if use is None:
        return
    packets = "1 packet" if use.packets == 1 else f"{use.packets} packets"
    yield "message", f"{use.talk.message_bytes}", f"bytes, {packets} of {use.radio.name}"
    yield "rounds", f"{use.had_a_second:.3g}", f"a second; {use.asked_a_second:.3g} asked for"
    yield "share of the air", f"{100.0 * use.load:.1f}", f"%; {use.asked_load:.0%} asked for"
    collided = f"%; {use.collision_loss:.1%} of packets collide"
    yield "messages lost", f"{100.0 * use.message_loss:.1f}", collided
    warm_up = _warm_up(use, final)
    if warm_up["warm_up_rounds"]:
        rounds = f"for {warm_up['warm_up_rounds']} rounds before the start"
        yield "warm-up", f"{warm_up['warm_up_s']:.3g}", f"s {rounds}"


def print_time_budget(seconds: Mapping[str, float], console: Console) -> None:
    """Print where the wall time went, by activity (s), the most first."""
    whole = sum(seconds.values())
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(justify="right")
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{spent:.2f} s", f"{100.0 * spent / whole:.0f} %")
    console.print(table)


def _speed(outcome: Outcome) -> str:
    return f"{outcome.simulated_s:.1f} s simulated in {outcome.wall_s:.1f} s"
