"""Checks of what a vector environment is asked for; `SwarmEnv` checks its own arguments."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import ArrayLike

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.envs.agents.actions import Actions
from bildsim.envs.agents.observers import LOCAL
from bildsim.envs.dynamics import BULLET, KINEMATIC
from bildsim.envs.randomisation.options import RESET_MASK
from bildsim.envs.randomisation.randomisation import Plan
from bildsim.envs.swarm import SwarmEnv
from bildsim.targets.moving_target import MovingTarget

MOST_SWARMS = 10_000
MOST_ROBOTS_IN_ALL = 200_000
"""Their arrays take about 0.4 GB at order 6, and a step of them seconds."""
_INSTEAD = 'use vectorization_mode="async" or "sync"'


def check_covered(dynamics: object, render_mode: object, observation_mode: object) -> None:
    """Refuse what a vector environment has not, before anything is made.

    Raises:
        UsageError: the sentence says what to use instead.
    """
    if dynamics != KINEMATIC:
        said = f"{dynamics!r}, the default," if dynamics == BULLET else repr(dynamics)
        raise UsageError(
            f"dynamics {said} is not possible in a vector environment, which steps "
            f"{KINEMATIC!r} swarms: {_INSTEAD}"
        )
    if render_mode is not None:
        raise UsageError(
            f"render_mode {render_mode!r} is not possible in a vector environment: {_INSTEAD}"
        )
    if observation_mode == LOCAL:
        raise UsageError(
            f"observation_mode {LOCAL!r} is not possible in a vector environment: {_INSTEAD}"
        )


def check_plain(one: SwarmEnv) -> None:
    """Refuse what swarms in one compiled pass cannot have.

    Args:
        one: an environment made with the same arguments.

    Raises:
        UsageError: the sentence names it, and says what to use instead.
    """
    extras = one.driver.extras
    if isinstance(one.target, MovingTarget):
        extras = ("a target that moves", *extras)
    if extras:
        raise UsageError(f"{extras[0]} is not possible in a vector environment: {_INSTEAD}")


def check_count(num_envs: object, robots: int) -> int:
    """Return the number of swarms.

    Raises:
        UsageError: it is no whole number, or out of range.
    """
    most = max(1, min(MOST_SWARMS, MOST_ROBOTS_IN_ALL // robots))
    whole = isinstance(num_envs, int | np.integer) and not isinstance(num_envs, bool)
    if not whole or not 1 <= num_envs <= most:  # type: ignore[operator]
        raise UsageError(
            f"num_envs {num_envs!r} is not possible: allowed is a whole number from 1 to {most}, "
            f"for memory and time grow with the swarms ({MOST_SWARMS} at most) and their robots "
            f"({MOST_ROBOTS_IN_ALL} at most)"
        )
    return int(num_envs)  # type: ignore[call-overload, no-any-return]


def checked_limit(max_episode_steps: object) -> int | None:
    """Return after how many steps an episode is truncated; None for never, asked for by -1.

    Raises:
        UsageError: it is no whole number above 0.
    """
    if max_episode_steps is None or max_episode_steps == -1:
        return None
    if isinstance(max_episode_steps, int) and max_episode_steps > 0:
        return max_episode_steps
    raise UsageError(
        f"max_episode_steps {max_episode_steps!r} is not possible: allowed is a whole number above "
        "0, or -1 for episodes without an end"
    )


def checked_mode(autoreset_mode: AutoresetMode | str) -> AutoresetMode:
    """Return when episodes that ended begin anew.

    Raises:
        UsageError: there is no such mode.
    """
    names = {mode.value: mode for mode in AutoresetMode}
    if isinstance(autoreset_mode, AutoresetMode):
        return autoreset_mode
    if autoreset_mode not in names:
        raise unknown_name("autoreset_mode", str(autoreset_mode), tuple(names))
    return names[autoreset_mode]


def checked_plan(plan: Plan) -> Plan:
    """Return how episodes begin: swarms of one pass have targets and starts of their own, no more.

    Raises:
        UsageError: numbers of robots are to be drawn.
    """
    if plan.randomisation is not None:
        for name in plan.randomisation.of_robots:
            raise UsageError(
                f"randomise {name!r} is not possible in a vector environment, whose robots are all "
                f"alike; allowed are 'target' and 'start': {_INSTEAD}"
            )
        for target in plan.randomisation.targets:
            if isinstance(target, MovingTarget):
                raise UsageError(
                    f"a target that moves is not possible in a vector environment: {_INSTEAD}"
                )
    return plan


def checked_actions(
    actions: ArrayLike, kind: Actions, shape: tuple[int, int, int], stepped: Bools
) -> Floats:
    """Return the actions of all swarms; those of swarms that do not step are free.

    Args:
        actions: (B, N, 2).
        kind: what they are.
        shape: the one that they must have.
        stepped: (B,) which swarms step.

    Raises:
        UsageError: they have the wrong shape or type, are not finite or outside their space.
    """
    given = kind.numbers(actions, shape)
    if not stepped.all():
        given = np.where(stepped[:, None, None], given, 0.0)
    return kind.within(given)


def checked_seeds(seed: Any, swarms: int) -> list[int | None]:
    """Return a seed for each swarm: seed, seed + 1, ... of a number, or those of a list.

    Raises:
        UsageError: it is neither a whole number nor a list of one for each swarm.
    """
    if seed is None:
        return [None] * swarms
    if isinstance(seed, int | np.integer):
        return [int(seed) + k for k in range(swarms)]
    seeds = list(seed) if isinstance(seed, list | tuple | np.ndarray) else []
    if len(seeds) != swarms or not all(s is None or isinstance(s, int | np.integer) for s in seeds):
        raise UsageError(
            f"seed {seed!r} is not possible: allowed is a whole number, or a list of {swarms} of "
            "them, one for each swarm"
        )
    return [None if s is None else int(s) for s in seeds]


def checked_mask(options: dict[str, Any] | None, swarms: int) -> tuple[Bools, dict[str, Any]]:
    """Return which swarms a reset is for, (B,), and its other options.

    Raises:
        UsageError: ``reset_mask`` is no array of True and False for each swarm, one of them True.
    """
    if options is not None and not isinstance(options, Mapping):
        # Whoever reads the others says so.
        return np.ones(swarms, dtype=np.bool_), options
    rest = dict(options or {})
    mask = rest.pop(RESET_MASK, None)
    if mask is None:
        return np.ones(swarms, dtype=np.bool_), rest
    fits = isinstance(mask, np.ndarray) and mask.dtype == np.bool_ and mask.shape == (swarms,)
    if not fits or not mask.any():
        raise UsageError(
            f"reset option 'reset_mask' is not possible: it must be an array of {swarms} times "
            "True or False, at least one of them True"
        )
    return mask, rest
