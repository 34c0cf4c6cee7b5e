"""The swarm as PettingZoo has it: ``parallel_env``, a robot an agent, and ``env``, one at a time.

    from bildsim.pettingzoo import parallel_env

    env = parallel_env(robots=10, target="ring", dynamics="kinematic", flat=True)

PettingZoo is imported when an environment is made: ``pip install 'bildsim[zoo]'``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bildsim.basics.errors import UsageError

if TYPE_CHECKING:
    from pettingzoo import AECEnv

    from bildsim.envs.multi_agent.credit import Credit
    from bildsim.envs.multi_agent.environment import SwarmParallelEnv

__all__ = ["env", "parallel_env"]


def parallel_env(
    *,
    max_cycles: int | None = 600,
    credit: Credit = "team",
    flat: bool = False,
    **arguments: Any,
) -> SwarmParallelEnv:
    """Return a ``ParallelEnv`` of one swarm, a robot an agent.

    Args:
        max_cycles: an episode's length in steps of 0.1 s; None for no end.
        credit: whom the swarm's reward is owed: ``team``, everybody the same, or ``difference``,
            each robot what would be missing without it.
        flat: observations as flat vectors in place of dictionaries, and numbers in single precision
            unless ``dtype`` says otherwise.
        arguments: those of `bildsim.envs.swarm.SwarmEnv`, such as ``robots`` and ``target``;
            ``observation_mode`` is ``local`` unless given.

    Raises:
        UsageError: an argument is out of range, or PettingZoo is not installed.
    """
    try:
        from bildsim.envs.multi_agent.environment import SwarmParallelEnv
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pettingzoo":
            raise
        raise UsageError(
            "PettingZoo is not installed, which parallel_env needs: pip install 'bildsim[zoo]'"
        ) from None
    return SwarmParallelEnv(max_cycles=max_cycles, credit=credit, flat=flat, **arguments)


def env(**arguments: Any) -> AECEnv[str, Any, Any]:
    """Return the same as an ``AECEnv``, in which agents act one after the other.

    The swarm moves when the last of them has acted.

    Args:
        arguments: those of `parallel_env`.

    Raises:
        UsageError: an argument is out of range, or PettingZoo is not installed.
    """
    parallel = parallel_env(**arguments)
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(parallel)
