"""Many swarms at once: one compiled pass moves them all."""

import time

import gymnasium
import numpy as np

import bildsim  # noqa: F401 - registers the environment

SWARMS, STEPS = 32, 50
envs = gymnasium.make_vec(
    "bildsim/Swarm-v0", num_envs=SWARMS, robots=10, target="gmm4", dynamics="kinematic"
)
observations, infos = envs.reset(seed=0)
rng = np.random.default_rng(0)
returns = np.zeros(SWARMS)

begun = time.perf_counter()
for _ in range(STEPS):
    waypoints = rng.uniform(-0.9, 0.9, (SWARMS, 10, 2))  # (B, N, 2) metres
    observations, rewards, terminated, truncated, infos = envs.step(waypoints)
    returns += rewards
pace = SWARMS * STEPS / (time.perf_counter() - begun)

print(f"{SWARMS} swarms, {STEPS} steps each: {pace:,.0f} steps a second")
print(f"returns from {returns.min():.1f} to {returns.max():.1f}")
envs.close()
