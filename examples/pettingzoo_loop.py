"""PettingZoo: every robot an agent that decides by itself, from what it knows by itself."""

import sys

import numpy as np

from bildsim import UsageError
from bildsim.pettingzoo import parallel_env

try:
    env = parallel_env(
        robots=40,
        target="gmm3",
        start="corner",
        dynamics="kinematic",
        action_mode="velocity",
        max_cycles=300,
    )
except UsageError as error:  # PettingZoo, an extra, may be missing
    print(f"pettingzoo_loop.py: {error}", file=sys.stderr)
    raise SystemExit(2) from None
views, infos = env.reset(seed=0)
first = infos["robot_0"]["kl_fit"]
print(f" 0.0 s: KL {first:.3f} nats")

family, fastest = env.swarm.family, env.action_space("robot_0").high[0]


def velocity(view):
    """Go where the swarm, as this robot believes it to be, lacks robots."""
    lacks = view["target_statistics"] - view["estimate"]
    uphill = family.ascent(view["pose"][None, :2], lacks[None])[0]
    return np.clip(0.5 * uphill, -fastest, fastest)  # (vx, vy) in m/s


while env.agents:
    actions = {agent: velocity(view) for agent, view in views.items()}
    views, rewards, terminated, truncated, infos = env.step(actions)

last = infos["robot_0"]["kl_fit"]
print(f"{infos['robot_0']['time_s']:4.1f} s: KL {last:.3f} nats")
env.close()
