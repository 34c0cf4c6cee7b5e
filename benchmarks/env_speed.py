"""How fast is the environment, alone and many at once? Steps a second, and those of other ways.

    python -m benchmarks.env_speed

Kinematic dynamics, a new random waypoint for every robot at every step, which soon crowds them in
the middle. All cases are measured in turn, again and again, so that a busy machine slows all alike;
figures are medians over ``--turns``.

First single environments, by number of robots: steps a second of processor time, the same when
each tick goes update by update through NumPy (``by updates``), and what the exact fit takes for the
swarms that came by (``fit``, microseconds), beside Newton's method in NumPy and SciPy. Then
``--swarms`` of ten robots: swarm steps a second by the clock, on all cores, of the vector
environment (``native``) and of Gymnasium's AsyncVectorEnv and SyncVectorEnv of the same swarms, and
how many times as fast native is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import gymnasium
import numpy as np
import tyro

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.arrays import Floats
from bildsim.density.exact_fit import ExactFit
from bildsim.envs.swarm import SwarmEnv

ID = "bildsim/Swarm-v0"
# Waypoints are drawn once: drawing them takes as long as some of the steps.
DRAWS = 50
RIDGE = 1e-4


@dataclass(frozen=True)
class Options:
    """What is measured.

    Attributes:
        robots: numbers of robots in a single environment.
        swarms: number of swarms of ten robots.
        steps: steps in a turn of a single environment; a tenth of it for many swarms.
        turns: how often each case is measured.
        seed: of starts and waypoints.
    """

    robots: tuple[int, ...] = (10, 100)
    swarms: int = 64
    steps: int = 200
    turns: int = 7
    seed: int = 0


@dataclass
class Case:
    """Something that is done again and again, and how many a second."""

    step: Callable[[], Any]
    count: int
    clock: Callable[[], float] = time.process_time
    rates: list[float] = field(default_factory=list)

    def turn(self, steps: int) -> None:
        """Measure so many."""
        start = self.clock()
        for _ in range(steps):
            self.step()
        self.rates.append(self.count * steps / (self.clock() - start))

    @property
    def rate(self) -> float:
        """The median rate, 1/s."""
        return median(self.rates)


def driving(env: Any, shape: tuple[int, ...], seed: int) -> Callable[[], Any]:
    """Reset an environment, and return a function that steps it towards random waypoints."""
    rng = np.random.default_rng(seed)
    actions = [rng.uniform(-1.0, 1.0, shape) for _ in range(DRAWS)]
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count % 600 == 0:
            env.reset()
        env.step(actions[count % DRAWS])

    env.reset(seed=seed)
    # Past what is compiled, and what a swarm does at first.
    for _ in range(DRAWS):
        step()
    return step


def single(robots: int, seed: int, compiled: bool) -> Case:
    """Return the case of one environment; ``compiled``: its ticks in one pass."""
    env = gymnasium.make(ID, robots=robots, dynamics="kinematic", max_episode_steps=-1)
    swarm: SwarmEnv = env.unwrapped  # type: ignore[assignment]
    swarm.driver.compiled = compiled
    return Case(driving(env, (robots, 2), seed), 1)


def fits(robots: int, seed: int) -> tuple[Case, Case]:
    """Return the cases of a swarm's fits, each from the last one: compiled, and Newton's method."""
    env = SwarmEnv(robots=robots, dynamics="kinematic")
    observation, info = env.reset(seed=seed)
    rng = np.random.default_rng(seed)
    means, starts = [], []
    for _ in range(DRAWS):
        starts.append(info["theta"])
        observation, _, _, _, info = env.step(rng.uniform(-1.0, 1.0, (robots, 2)))
        means.append(observation["swarm_statistics"])
    fit, task, family = ExactFit(env.family, RIDGE), env.task, env.family
    log_target = np.log(task.density)
    count, fitted = 0, fit.begin(1)

    def after() -> tuple[Floats, Floats]:
        nonlocal count
        count += 1
        return means[count % DRAWS], starts[count % DRAWS]

    def compiled() -> None:
        fit.fit(0, 1, after()[0][None], task.folded_target, fitted)

    def newton() -> None:
        mean, start = after()
        family.kl(family.fit(mean, RIDGE, start), log_target)

    return Case(compiled, 1), Case(newton, 1)


def many(mode: str, swarms: int, seed: int) -> Case:
    """Return the case of many swarms of ten robots, stepped in that mode."""
    env = gymnasium.make_vec(ID, swarms, mode, robots=10, dynamics="kinematic")
    return Case(driving(env, (swarms, 10, 2), seed), swarms, time.perf_counter)


def measure(cases: list[Case], steps: int, turns: int) -> None:
    """Measure the cases in turn."""
    for _ in range(turns):
        for case in cases:
            case.turn(steps)


def main() -> int:
    """Print both tables."""
    options = tyro.cli(Options)
    print(f"{'robots':>6} {'steps/s':>8} {'by updates':>10} {'fit us':>7} {'Newton us':>9}")
    for robots in options.robots:
        whole, updates = (single(robots, options.seed, compiled) for compiled in (True, False))
        fit, newton = fits(robots, options.seed)
        measure([whole, updates, fit, newton], options.steps, options.turns)
        print(
            f"{robots:6} {whole.rate:8.0f} {updates.rate:10.0f} {1e6 / fit.rate:7.0f} "
            f"{1e6 / newton.rate:9.0f}",
            flush=True,
        )
    modes = {"native": "vector_entry_point", "async": "async", "sync": "sync"}
    cases = {name: many(mode, options.swarms, options.seed) for name, mode in modes.items()}
    measure(list(cases.values()), max(1, options.steps // 10), options.turns)
    print(f"\n{options.swarms} swarms of 10  swarm steps/s  native is x times as fast")
    for name, case in cases.items():
        print(f"{name:15} {case.rate:14.0f} {cases['native'].rate / case.rate:14.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
