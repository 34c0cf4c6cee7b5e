"""Do robots get by without a touch among obstacles, and does the target leave these out?

    python -m benchmarks.obstacles
    python -m benchmarks.obstacles --safety cbf --robots 20 --dynamics kinematic

Ten robots around three obstacles for a minute, in each of three seeds and in both dynamics: pairs
that touch and robots that touch an obstacle or a wall, counted over ticks; the smallest gap to an
obstacle (m, below 0 in one); the target's largest density in an obstacle; and how near it they
came.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

import numpy as np

from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

OBSTACLES = "disc:0.1,0.1,0.2 box:-0.45,0.35,0.3,0.2,30 disc:0.5,-0.5,0.15"
_HEAD = (
    f"{'dynamics':<10} {'seed':>4} {'pairs':>6} {'at rims':>7} {'gap (mm)':>9} {'p* inside':>9} "
    f"{'kl_fit':>7} {'w2 (m)':>7}"
)


class Found(NamedTuple):
    """What came of one run.

    Attributes:
        dynamics: what moved the robots.
        seed: of all randomness.
        pairs: that touched, over all ticks.
        rims: robots that touched an obstacle or a wall, over all ticks.
        gap_m: the smallest between a robot and an obstacle (m).
        inside: largest density of the target in an obstacle (1/m^2).
        kl_fit: at the end (nats).
        w2: at the end (m).
    """

    dynamics: str
    seed: int
    pairs: int
    rims: int
    gap_m: float
    inside: float
    kl_fit: float
    w2: float


def main(arguments: Sequence[str] | None = None) -> list[Found]:
    """Print a line a run, and return what it says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--obstacles", default=OBSTACLES)
    parser.add_argument("--robots", type=int, default=10)
    parser.add_argument("--planner", default="laguerre")
    parser.add_argument("--target", default="gmm3")
    parser.add_argument("--safety", default="orca")
    parser.add_argument("--duration", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--dynamics", nargs="+", default=["kinematic", "bullet"])
    options = parser.parse_args(arguments)
    print(_HEAD)
    return [
        _one(options, dynamics, seed) for dynamics in options.dynamics for seed in options.seeds
    ]


def _one(options: argparse.Namespace, dynamics: str, seed: int) -> Found:
    swarm = SwarmSettings(
        robots=options.robots,
        dynamics=dynamics,
        safety=options.safety,
        obstacle=options.obstacles,
    )
    config = RunConfig(
        target=options.target,
        planner=options.planner,
        duration=options.duration,
        seed=seed,
        swarm=swarm,
    )
    pairs = rims = 0
    gap = np.inf
    with closing(Simulation(config)) as simulation:
        env = simulation.env
        for tick in simulation.ticks():
            pairs += tick.contact_pairs
            rims += int(tick.touching_wall.sum())
            clear = env.obstacles.clearance(tick.pose[:, :2]) - env.robot.radius
            gap = min(gap, float(clear.min()))
        grid = simulation.family.grid
        inside = tick.target.on_grid(grid)[env.obstacles.covers(grid.points)]
        distance = PositionMetrics.of(tick.target).w2(tick.pose[:, :2])
    found = Found(dynamics, seed, pairs, rims, gap, float(inside.max()), tick.kl_fit, distance)
    print(
        f"{dynamics:<10} {seed:>4} {pairs:>6} {rims:>7} {1e3 * gap:>9.2f} "
        f"{found.inside:>9.3g} {found.kl_fit:>7.3f} {found.w2:>7.3f}",
        flush=True,
    )
    return found


if __name__ == "__main__":
    main()
