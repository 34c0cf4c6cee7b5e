"""From a dictionary of the agents' actions to one array of the swarm's."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError

_NUMBERS = "fiu"


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
    pairs = None if any(map(_holds_truth, values)) else _numbers(values)
    if pairs is not None and pairs.shape == (len(values), 2):
        return pairs
    said = map(_said_of_wrong, values)
    agent, words = next((a, words) for a, words in zip(agents, said, strict=True) if words)
    raise UsageError(
        f"an action {words} is not possible for {agent!r}: allowed are two numbers, (2,)"
    )


def _said_of_wrong(value: Any) -> str | None:
    """Return what is wrong with a value that should be a pair of numbers; None if it is one."""
    if isinstance(value, list | tuple) and _holds_truth(value):
        return "of truth values"
    pair = _numbers(value)
    if pair is not None:
        return None if pair.shape == (2,) else f"of shape {pair.shape}"
    if isinstance(value, np.ndarray):
        return f"of dtype {value.dtype}"
    return f"of type {type(value).__name__}"


def _holds_truth(value: Any) -> bool:
    """Say whether there are truth values in it, which NumPy takes for 0 and 1 beside numbers."""
    dtype = getattr(value, "dtype", None)
    if dtype is not None:
        return getattr(dtype, "kind", "") == "b"
    return isinstance(value, list | tuple) and any(isinstance(item, bool) for item in value)


def _numbers(value: Any) -> Floats | None:
    """Return a value as an array of numbers; None where it is none."""
    try:
        array = np.array(value)
    except (TypeError, ValueError):
        # Rows of unequal length, for instance.
        return None
    return array if array.dtype.kind in _NUMBERS else None
