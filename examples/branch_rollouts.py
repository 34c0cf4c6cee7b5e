"""Branching rollouts: from one state try several futures, and go on with the best."""

import gymnasium
import numpy as np

import bildsim  # noqa: F401 - registers the environment

env = gymnasium.make("bildsim/Swarm-v0", robots=12, target="ring", dynamics="kinematic").unwrapped
observation, info = env.reset(seed=0)
rng = np.random.default_rng(0)
print(f"KL {info['kl_fit']:.3f} nats at the start")

for _ in range(8):
    state, places = env.get_state(), observation["pose"][:, :2]
    futures = np.clip(places + rng.normal(0.0, 0.15, (12, *places.shape)), -0.95, 0.95)
    ends = []
    for waypoints in futures:
        env.set_state(state)  # exactly the same moment, for each of them
        for _ in range(5):
            *_, info = env.step(waypoints)
        ends.append(info["kl_fit"])
    env.set_state(state)
    for _ in range(5):
        observation, *_, info = env.step(futures[int(np.argmin(ends))])

print(f"KL {info['kl_fit']:.3f} nats after {info['time_s']:.1f} s of the best of twelve")
env.close()
