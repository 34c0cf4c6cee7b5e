"""Ways to step swarms: alone, in other processes, in one compiled pass, and as many agents."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import gymnasium
import numpy as np

from benchmarks.environments.measuring import Case
from bildsim.pettingzoo import parallel_env

ID = "bildsim/Swarm-v0"
# Waypoints are drawn once: drawing them takes as long as some of the steps.
DRAWS = 50
_EPISODE = 600
WAYS = ("alone", "local", "async", "native", "zoo", "zoo flat", "zoo global")


def driving(
    env: Any, actions: list[Any], seed: int, first: int | None = None
) -> Callable[[], None]:
    """Reset an environment, and return a function that steps it, with actions in turn.

    Args:
        env: the environment.
        actions: what it takes.
        seed: of its start.
        first: steps that are done at once; by default each action once. They are past what is
            compiled, and past what a swarm does at first.
    """
    coming, count = cycle(actions), 0

    def step() -> None:
        nonlocal count
        count += 1
        if count % _EPISODE == 0:
            env.reset()
        env.step(next(coming))

    env.reset(seed=seed)
    for _ in range(len(actions) if first is None else first):
        step()
    return step


def waypoints(shape: tuple[int, ...], seed: int) -> list[Any]:
    """Return waypoints of that shape, again and again others."""
    rng = np.random.default_rng(seed)
    return [rng.uniform(-1.0, 1.0, shape) for _ in range(DRAWS)]


@contextmanager
def ways(robots: int, dynamics: str, together: int, seed: int) -> Iterator[dict[str, Case]]:
    """Make the ways to step swarms of so many robots, all at the same moment of an episode.

    Args:
        robots: number N of robots of a swarm.
        dynamics: name of their dynamics.
        together: number of swarms in one compiled pass, for dynamics that have it.
        seed: of starts and waypoints.
    """
    settings: dict[str, Any] = {"robots": robots, "dynamics": dynamics}
    alone = {
        "alone": gymnasium.make(ID, max_episode_steps=-1, **settings),
        "local": gymnasium.make(ID, max_episode_steps=-1, observation_mode="local", **settings),
    }
    agents = {
        "zoo": parallel_env(max_cycles=None, **settings),
        "zoo flat": parallel_env(max_cycles=None, flat=True, **settings),
        "zoo global": parallel_env(max_cycles=None, observation_mode="global", **settings),
    }
    vectors = {"async": gymnasium.make_vec(ID, 2, "async", max_episode_steps=-1, **settings)}
    if dynamics == "kinematic":
        vectors["native"] = gymnasium.make_vec(
            ID, together, "vector_entry_point", max_episode_steps=-1, **settings
        )
    made = {**alone, **vectors, **agents}
    rows = waypoints((robots, 2), seed)
    # As many first steps as fit into a second: all ways are then at the same moment.
    first = steps_within(driving(alone["alone"], rows, seed, 1), 1.0)
    cases = {}
    for name, env in made.items():
        actions, count = rows, 1
        if name in vectors:
            count = vectors[name].num_envs
            actions = [np.repeat(row[None], count, axis=0) for row in rows]
        elif name in agents:
            names = agents[name].possible_agents
            actions = [dict(zip(names, row, strict=True)) for row in rows]
        cases[name] = Case(driving(env, actions, seed, first), count, time.perf_counter)
    try:
        yield cases
    finally:
        for env in made.values():
            env.close()


def steps_within(step: Callable[[], None], seconds: float, most: int = DRAWS) -> int:
    """Return how many steps fit into a time, at least 1 and at most so many."""
    start = time.perf_counter()
    for count in range(1, most + 1):
        step()
        if time.perf_counter() - start >= seconds:
            return count
    return most
