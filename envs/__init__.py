"""Robots, arena and environment; importing this package registers ``bildsim/Swarm-v0``."""

import gymnasium

gymnasium.register(id="bildsim/Swarm-v0", entry_point="envs.swarm:SwarmEnv", max_episode_steps=600)
