"""Does a swarm in a wide arena do what the reference swarm does in 2 m that covers as much floor?

    python -m benchmarks.arena_width

prints for each planner and seed W2 at the end as a share of the arena's width: of 100 robots of a
description in an arena as wide as is asked for, and of 100 reference robots in 2 m whose radius is
the same share of it. Each swarm has the time in which its robots cross their arena equally often;
a slow robot in a wide arena is else stopped on its way. The last two columns are by how much the
described swarm's share is larger (per cent), and what it was after the reference's time. Robots
start at the same places in units of the width.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from math import isclose

import tyro
from threadpoolctl import threadpool_limits

from bildsim.basics.timing import TICK_S
from bildsim.envs.dynamics import settled_size
from bildsim.envs.robots.arena_size import USUAL_WIDTH, unit_of
from bildsim.envs.robots.scaling import USUAL_SPEED
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation


@dataclass(frozen=True)
class Options:
    """A described swarm in a wide arena, and the reference swarm in the usual one.

    Attributes:
        robot: the description.
        arena_width: of its arena (m).
        robots: number of robots in each swarm.
        planners: planners.
        target: p*.
        seeds: seeds.
        duration: simulated time of the reference swarm (s).
        dynamics: what moves the robots.
        jobs: runs at a time.
    """

    robot: str = "turtlebot3-burger"
    arena_width: float = 8.0
    robots: int = 100
    planners: tuple[str, ...] = ("moment-cells", "ot_lloyd")
    target: str = "gmm3"
    seeds: tuple[int, ...] = (0, 1)
    duration: float = 20.0
    dynamics: str = "bullet"
    jobs: int = 2

    @property
    def described(self) -> SwarmSettings:
        """The swarm of the description."""
        return SwarmSettings(
            robots=self.robots,
            robot=self.robot,
            arena_width=self.arena_width,
            dynamics=self.dynamics,
        )

    @property
    def size(self) -> tuple[float, float]:
        """Radius (m) and top speed (m/s) of its robots."""
        return settled_size(self.dynamics, self.robots, None, None, self.robot, self.arena_width)

    @property
    def reference(self) -> SwarmSettings:
        """The reference swarm that covers as much of its floor."""
        radius = self.size[0] / unit_of(self.arena_width)
        return SwarmSettings(
            robots=self.robots, radius=radius, max_speed=USUAL_SPEED, dynamics=self.dynamics
        )

    @property
    def longer(self) -> float:
        """Time in which described robots cross their arena as often as the others theirs (s)."""
        slower = (self.arena_width / self.size[1]) / (USUAL_WIDTH / USUAL_SPEED)
        return TICK_S * round(slower * self.duration / TICK_S)


@dataclass(frozen=True)
class Case:
    """A run.

    Attributes:
        config: what is run.
        early_s: when its W2 is noted before the end (s).
    """

    config: RunConfig
    early_s: float


def main() -> None:
    """Run both swarms and print the table."""
    options = tyro.cli(Options, description=__doc__)
    radius, speed = options.size
    print(
        f"\n{options.robots} {options.robot} of radius {radius:g} m, {speed:g} m/s, in "
        f"{options.arena_width:g} m for {options.longer:g} s; reference robots of radius "
        f"{options.reference.radius:.5g} m, {USUAL_SPEED:g} m/s, in {USUAL_WIDTH:g} m for "
        f"{options.duration:g} s; {options.target}, {options.dynamics}\n"
    )
    print("| planner | seed | reference, w2 / width | described | more, % | stopped early |")
    print("|---|---|---|---|---|---|")
    cases = list(_cases(options))
    with ProcessPoolExecutor(options.jobs) as pool:
        shares = pool.map(shares_of_width, cases)
        for case in cases[::2]:
            (_, usual), (early, found) = next(shares), next(shares)
            print(
                f"| {case.config.planner} | {case.config.seed} | {usual:.4f} | {found:.4f} | "
                f"{100.0 * (found / usual - 1.0):+.1f} | {early:.4f} |",
                flush=True,
            )


def _cases(options: Options) -> Iterator[Case]:
    """Yield the runs, the reference swarm's before the described one's."""
    swarms = ((options.reference, options.duration), (options.described, options.longer))
    for planner, seed, (swarm, duration) in product(options.planners, options.seeds, swarms):
        config = RunConfig(
            planner=planner, seed=seed, swarm=swarm, duration=duration, target=options.target
        )
        yield Case(config, options.duration)


def shares_of_width(case: Case) -> tuple[float, float]:
    """Return W2 over the arena's width, early in a run and at its end."""
    with threadpool_limits(limits=1):
        simulation = Simulation(case.config)
        metrics, early = PositionMetrics.of(simulation.target), float("nan")
        for tick in simulation.ticks():
            last = tick.pose[tick.active, :2]
            if isclose(tick.time_s, case.early_s, abs_tol=0.5 * TICK_S):
                early = metrics.w2(last) / USUAL_WIDTH
        simulation.close()
        return early, metrics.w2(last) / USUAL_WIDTH


if __name__ == "__main__":
    main()
