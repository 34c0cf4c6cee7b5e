"""A testbed for swarm density control; importing it registers ``bildsim/Swarm-v0``.

In Python `simulate` is one run and `compare` many; `load` reads results that were saved.
"""

import sys

from bildsim.basics.stopping import quiet_while_importing

if sys.argv:
    quiet_while_importing(sys.argv, sys.orig_argv)

from typing import TYPE_CHECKING, Any

import gymnasium

from bildsim.basics.errors import RunError, UsageError

if TYPE_CHECKING:
    from bildsim.api import Comparison, Result, compare, load, simulate

__all__ = ["Comparison", "Result", "RunError", "UsageError", "compare", "load", "simulate"]
_OF_API = ("Comparison", "Result", "compare", "load", "simulate")

gymnasium.register(
    id="bildsim/Swarm-v0",
    entry_point="bildsim.envs.swarm:SwarmEnv",
    vector_entry_point="bildsim.envs.vector.environment:SwarmVectorEnv",
    max_episode_steps=600,
)


def __getattr__(name: str) -> Any:
    # Only when it is asked for: whoever wants the environment alone need not wait for the rest.
    if name in _OF_API:
        from bildsim import api

        return getattr(api, name)
    if name == "__version__":
        from importlib.metadata import version

        return version("bildsim")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_OF_API})
