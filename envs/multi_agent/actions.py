"""From a dictionary of the agents' actions to one array of the swarm's."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError


def gathered(actions: Any, agents: Sequence[str], robots: Ints, swarm: int) -> Floats:
    """Return the actions of all robots, (N, 2); zeros for those that are no agents.

    What the numbers may be is the environment's to check; that each is a pair of them is checked
    here.

    Args:
        actions: two numbers for each agent and nobody else, by name.
        agents: names of the agents, (n,).
        robots: (n,) their rows.
        swarm: number N of robots.

    Raises:
        UsageError: an agent has no action, somebody else has one, or one is no pair of numbers.
    """
    if not isinstance(actions, Mapping):
        raise UsageError(
            f"actions of type {type(actions).__name__} are not possible: allowed is a dictionary "
            "with an action for each agent"
        )
    try:
        values = [actions[agent] for agent in agents]
    except KeyError:
        missing = next(agent for agent in agents if agent not in actions)
        raise UsageError(
            f"there is no action for {missing!r}: each of env.agents needs one"
        ) from None
    if len(actions) != len(agents):
        there = set(agents)
        other = next(name for name in actions if name not in there)
        raise UsageError(
            f"an action for {other!r} is not possible: it is none of env.agents at this moment"
        )
    pairs = _pairs(values, agents)
    if len(agents) == swarm:
        return pairs
    everybody = np.zeros((swarm, 2))
    everybody[robots] = pairs
    return everybody


def _pairs(values: list[Any], agents: Sequence[str]) -> Floats:
    """Return the values as an array (n, 2)."""
    try:
        pairs = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        pairs = np.empty(0)
    if pairs.shape == (len(values), 2):
        return pairs
    agent, shape = next(
        (agent, shape)
        for agent, shape in zip(agents, map(_shape, values), strict=True)
        if shape != (2,)
    )
    said = "that is no array of numbers" if shape is None else f"of shape {shape}"
    raise UsageError(f"an action {said} is not possible for {agent!r}: allowed is (2,)")


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of a value as an array of numbers; None where it is none."""
    try:
        return np.asarray(value, dtype=np.float64).shape
    except (TypeError, ValueError):
        return None
