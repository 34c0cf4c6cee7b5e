"""A testbed for swarm density control; importing it registers ``bildsim/Swarm-v0``."""

import sys

from bildsim.basics.stopping import quiet_while_importing

if sys.argv:
    quiet_while_importing(sys.argv, sys.orig_argv)

import gymnasium

from bildsim.basics.errors import RunError, UsageError

__all__ = ["RunError", "UsageError"]

gymnasium.register(
    id="bildsim/Swarm-v0",
    entry_point="bildsim.envs.swarm:SwarmEnv",
    vector_entry_point="bildsim.envs.vector.environment:SwarmVectorEnv",
    max_episode_steps=600,
)
