"""A testbed for swarm density control; importing it registers ``bildsim/Swarm-v0``."""

import gymnasium

from bildsim.basics.errors import RunError, UsageError

__all__ = ["RunError", "UsageError"]

gymnasium.register(
    id="bildsim/Swarm-v0", entry_point="bildsim.envs.swarm:SwarmEnv", max_episode_steps=600
)
