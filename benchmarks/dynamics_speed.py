"""How fast are the dynamics? Milliseconds a physics step and real-time factors.

    python -m benchmarks.dynamics_speed --kinematic 100 1000 10000 --bullet 100 300 1000

prints one row for each number of robots and each of two situations: scattered over the arena and
driving about, and packed, all driven to one point until they jam. A row's cost is that of control:
poses, tracking, the wheels' limits and physics, on one thread. Milliseconds and the first factor
are of processor time, in which other programs on the machine do not count; then come the factor by
the wall clock and, by processor time, that of physics alone. --plot FILE draws the factors over N.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.tracking import DEFAULT_GAIN, track_waypoints
from bildsim.envs.disturbances.actuation import ActuationLimits
from bildsim.envs.dynamics import (
    BULLET,
    KINEMATIC,
    Wheeled,
    make_dynamics,
    make_model,
    settled_rate,
)
from bildsim.envs.ideal import IdealArena
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn

# Radius and speed by number of robots: they cover 5 % (100) to 20 % (10,000) of the arena.
_SIZES = {
    10: (0.025, 0.2),
    100: (0.025, 0.2),
    300: (0.025, 0.2),
    1000: (0.015, 0.2),
    10_000: (0.005, 0.1),
}
_CENTRE = np.array([0.2, 0.2])


@dataclass(frozen=True)
class Cost:
    """Mean times of one tracking update, s.

    Attributes:
        control: processor time of all of it.
        physics: processor time of the physics alone.
        wall: all of it by the wall clock.
    """

    control: float
    physics: float
    wall: float

    @property
    def factor(self) -> float:
        """Real-time factor by processor time."""
        return 1.0 / (TRACKING_RATE * self.control)

    @property
    def wall_factor(self) -> float:
        """Real-time factor by the wall clock."""
        return 1.0 / (TRACKING_RATE * self.wall)


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    dynamics: str
    robots: int
    situation: str
    pairs: int
    cost: Cost


def build(name: str, robots: int) -> Wheeled:
    """Return robots scattered over the arena."""
    robot = make_model(name, *_SIZES[robots])
    poses = spawn("uniform", robots, robot.radius, np.random.default_rng(0))
    dynamics = make_dynamics(name, robot, poses)
    assert not isinstance(dynamics, IdealArena)
    return dynamics


def drive(dynamics: Wheeled, robot: RobotModel, goals: Floats, updates: int) -> Cost:
    """Drive to the goals, (N, 2) in m, for so many tracking updates."""
    limits, every = ActuationLimits(robot.max_wheel_speed), dynamics.physics_rate // TRACKING_RATE
    physics, start, wall = 0.0, time.process_time(), time.perf_counter()
    for _ in range(updates):
        command = track_waypoints(dynamics.poses(), goals, robot, DEFAULT_GAIN)
        dynamics.set_wheel_speeds(limits.apply(command)[0])
        before = time.process_time()
        dynamics.step(every)
        physics += time.process_time() - before
    control = time.process_time() - start
    return Cost(control / updates, physics / updates, (time.perf_counter() - wall) / updates)


def measure(name: str, robots: int, updates: int, settle_s: float) -> list[Row]:
    """Return the rows of one number of robots, scattered and packed."""
    robot = make_model(name, *_SIZES[robots])
    anywhere = np.random.default_rng(1).uniform(-1.0, 1.0, (robots, 2))
    dynamics = build(name, robots)
    drive(dynamics, robot, anywhere, 12)
    cost = drive(dynamics, robot, anywhere, updates)
    rows = [Row(name, robots, "scattered", _pairs(dynamics), cost)]
    goals = np.tile(_CENTRE, (robots, 1))
    drive(dynamics, robot, goals, round(settle_s * TRACKING_RATE))
    cost = drive(dynamics, robot, goals, updates)
    rows.append(Row(name, robots, "packed", _pairs(dynamics), cost))
    dynamics.close()
    return rows


def _pairs(dynamics: Wheeled) -> int:
    return len(dynamics.contacts().pairs)


def report(name: str, robots: int, updates: int, settle_s: float) -> list[Row]:
    """Print the rows of one number of robots, and return them."""
    steps = settled_rate(name, None, make_model(name, *_SIZES[robots])) // TRACKING_RATE
    rows = measure(name, robots, updates, settle_s)
    for row in rows:
        cost = row.cost
        print(
            f"| {name} | {robots} | {row.situation} | {row.pairs} "
            f"| {1e3 * cost.physics / steps:.3f} | {1e3 * cost.control:.3f} | {cost.factor:.3g} "
            f"| {cost.wall_factor:.3g} | {1.0 / (TRACKING_RATE * cost.physics):.3g} |",
            flush=True,
        )
    return rows


def plot(rows: list[Row], file: Path) -> None:
    """Draw the real-time factors by the wall clock over N, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 3.4), layout="constrained")
    axes = figure.subplots()
    for name, colour in ((KINEMATIC, "#0072B2"), (BULLET, "#D55E00")):
        for situation, style in (("scattered", "o-"), ("packed", "s--")):
            shown = [row for row in rows if (row.dynamics, row.situation) == (name, situation)]
            if shown:
                factors = [row.cost.wall_factor for row in shown]
                label = f"{name}, {situation}"
                robots = [row.robots for row in shown]
                axes.loglog(robots, factors, style, color=colour, label=label, markersize=4)
    axes.axhline(1.0, color="#767676", linewidth=0.8)
    axes.annotate(
        "real time", (1.0, 1.0), xycoords=("axes fraction", "data"), ha="right", va="bottom"
    )
    axes.set(xlabel="robots", ylabel="real-time factor, one thread")
    axes.grid(which="major", color="#e4e4e4")
    axes.legend(frameon=False, fontsize=8)
    figure.savefig(file, dpi=200)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kinematic", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--bullet", type=int, nargs="*", default=[100, 300, 1000])
    parser.add_argument("--settle", type=float, default=8.0, help="time to pack, simulated s")
    parser.add_argument("--plot", type=Path, help="where to draw the real-time factors")
    options = parser.parse_args()
    print(
        "radius and rim speed: "
        + ", ".join(f"N = {n}: {r} m, {v} m/s" for n, (r, v) in _SIZES.items())
        + "\n"
    )
    print(
        "| dynamics | robots | where | touching pairs | ms a step | ms an update (1/60 s) "
        "| real-time factor | by the wall clock | of physics alone |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    rows: list[Row] = []
    for robots in options.kinematic:
        rows += report(KINEMATIC, robots, 300, options.settle)
    for robots in options.bullet:
        rows += report(BULLET, robots, 60, min(options.settle, 4.0))
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if options.plot is not None:
        plot(rows, options.plot)


if __name__ == "__main__":
    main()
