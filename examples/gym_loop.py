"""The Gymnasium environment: a loop of your own, here one that spreads the robots evenly."""

import gymnasium
import numpy as np

import bildsim  # noqa: F401 - registers the environment

env = gymnasium.make("bildsim/Swarm-v0", robots=20, target="uniform", dynamics="kinematic")
observation, info = env.reset(seed=0, options={"start": "corner"})
print(f"{info['time_s']:4.1f} s: KL {info['kl_fit']:.3f} nats")

for _ in range(100):
    places = observation["pose"][:, :2]
    apart = places[:, None] - places  # (N, N, 2) metres
    squared = np.sum(apart**2, axis=-1, keepdims=True) + 1e-3
    push = np.sum(apart / squared, axis=1) / len(places)
    waypoints = np.clip(places + 0.05 * push, -0.95, 0.95)
    observation, reward, terminated, truncated, info = env.step(waypoints)

print(f"{info['time_s']:4.1f} s: KL {info['kl_fit']:.3f} nats, reward {reward:.3f}")
env.close()
