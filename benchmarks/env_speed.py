"""How fast is the environment, alone and many at once? Steps a second, and those of other ways.

    python -m benchmarks.env_speed

A new random waypoint for every robot at every step, which soon crowds them in the middle. All cases
of a table are measured in turn, again and again, so that a busy machine slows all alike; figures
are medians over ``--turns``.

First single environments of kinematic dynamics, by number of robots: steps a second of processor
time, the same when each tick goes update by update through NumPy (``by updates``), and what the
exact fit takes for the swarms that came by (``fit``, microseconds), beside Newton's method in NumPy
and SciPy. Then ``--swarms`` of ten robots: swarm steps a second by the clock, on all cores, of the
vector environment (``native``) and of Gymnasium's AsyncVectorEnv and SyncVectorEnv of the same
swarms, and how many times as fast native is.

Last, by dynamics and number of robots, swarm steps a second by the clock of each way to step:
``alone``, one environment; ``local``, one with local observations; ``async``, Gymnasium's
AsyncVectorEnv of two, in two processes; ``native``, ``--together`` swarms in one compiled pass, or
fewer of many robots, for kinematic dynamics; ``zoo``, PettingZoo's parallel environment with local
observations; ``zoo flat``, the same as vectors; ``zoo global``, with those of ``alone``, so that
the difference to that is the dictionaries alone. ``x alone`` is how many times as fast that is as
``alone``: the median over turns of the ratio within a turn, then the least and the most. Where one
step of PyBullet takes about a second, there are three turns.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import gymnasium
import numpy as np
import tyro

from benchmarks.environments.measuring import Case, measure
from benchmarks.environments.ways import DRAWS, ID, WAYS, driving, steps_within, waypoints, ways
from bildsim.basics.arrays import Floats
from bildsim.density.exact_fit import ExactFit
from bildsim.envs.swarm import SwarmEnv

RIDGE = 1e-4
# Of what takes longer than this (s) for a single step, so many turns are enough.
MOST_TURN_S, TURNS_OF_SLOW = 0.8, 3
# So many robots at most are stepped in one compiled pass, where time is measured against one swarm.
MOST_ROBOTS = 8000


@dataclass(frozen=True)
class Options:
    """What is measured.

    Attributes:
        robots: numbers of robots in a single environment, in the first table.
        swarms: number of swarms of ten robots, in the second.
        sizes: numbers of robots, in the last.
        dynamics: in the last table.
        together: number of swarms in one compiled pass there.
        turn_s: how long one environment alone is stepped in a turn there (s).
        steps: most steps in a turn of a single environment; a tenth of it for many swarms.
        turns: how often each case is measured.
        seed: of starts and waypoints.
    """

    robots: tuple[int, ...] = (10, 100)
    swarms: int = 64
    sizes: tuple[int, ...] = (10, 100, 1000)
    dynamics: tuple[str, ...] = ("kinematic", "bullet")
    together: int = 16
    turn_s: float = 0.2
    steps: int = 200
    turns: int = 7
    seed: int = 0


def single(robots: int, seed: int, compiled: bool) -> Case:
    """Return the case of one environment; ``compiled``: its ticks in one pass."""
    env = gymnasium.make(ID, robots=robots, dynamics="kinematic", max_episode_steps=-1)
    swarm: SwarmEnv = env.unwrapped  # type: ignore[assignment]
    swarm.driver.compiled = compiled
    return Case(driving(env, waypoints((robots, 2), seed), seed), 1)


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
    step = driving(env, waypoints((swarms, 10, 2), seed), seed)
    return Case(step, swarms, time.perf_counter)


def compared(dynamics: str, options: Options) -> None:
    """Print the ways to step swarms of each size, and how many times as fast as one alone."""
    for robots in options.sizes:
        together = max(1, min(options.together, MOST_ROBOTS // robots))
        with ways(robots, dynamics, together, options.seed) as cases:
            alone = cases["alone"]
            start = time.perf_counter()
            steps = steps_within(alone.step, options.turn_s, options.steps)
            slow = time.perf_counter() - start > MOST_TURN_S
            turns = min(options.turns, TURNS_OF_SLOW) if slow else options.turns
            measure(list(cases.values()), steps, turns)
        ratios = {name: case.times(alone) for name, case in cases.items()}
        lines = {
            "swarm steps/s": {name: f"{case.rate:.4g}" for name, case in cases.items()},
            "x alone": {name: f"{ratio[1]:.2f}" for name, ratio in ratios.items()},
            "least": {name: f"{ratio[0]:.2f}" for name, ratio in ratios.items()},
            "most": {name: f"{ratio[2]:.2f}" for name, ratio in ratios.items()},
        }
        for words, values in lines.items():
            cells = "".join(f"{values.get(way, '-'):>11}" for way in WAYS)
            print(f"{dynamics:9} {robots:6} {words:13}{cells}", flush=True)


def main() -> int:
    """Print the three tables."""
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
    print(f"\n{'dynamics':9} {'robots':>6} {'':13}{''.join(f'{way:>11}' for way in WAYS)}")
    for dynamics in options.dynamics:
        compared(dynamics, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
