"""How fast is the environment beside gym-pybullet-drones', at the same number of bodies?

    python -m benchmarks.environment_rivals --drones CHECKOUT --robots 10 50 100

steps both in turn in one process: ``bildsim/Swarm-v0`` in PyBullet towards waypoints anywhere, and
the drones' ``CtrlAviary``, hovering apart at its 240 Hz, which touch nothing. Each step of theirs
is one of the physics; a step of ours is a control tick of 0.1 s, with tracking, contacts, fit and
reward. So what is compared is simulated seconds a second of processor time, without learning or
rendering: the last column is ours over theirs, and the best of several turns counts for each.

CHECKOUT is a folder with the package ``gym_pybullet_drones``, whose own dependencies must be
installed (transforms3d, matplotlib, setuptools before 81).
"""

import argparse
import contextlib
import io
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from bildsim.basics.timing import TICK_S
from bildsim.envs.swarm import SwarmEnv

_DRONE_RATE = 240
_APART_M = 0.5
Stepper = Callable[[], float]
"""Takes steps, and returns how many seconds they simulated."""


def our_stepper(robots: int, ticks: int) -> Stepper:
    """Return what takes so many control ticks of our environment."""
    env = SwarmEnv(robots=robots)
    env.reset(seed=0)
    waypoints = np.random.default_rng(1).uniform(-1.0, 1.0, (robots, 2))

    def take() -> float:
        for _ in range(ticks):
            env.step(waypoints)
        return ticks * TICK_S

    return take


def their_stepper(robots: int, steps: int) -> Stepper:
    """Return what takes so many steps of the drones' environment, hovering in a square."""
    from gym_pybullet_drones.envs.CtrlAviary import CtrlAviary

    side = int(np.ceil(np.sqrt(robots)))
    places = np.array([(k % side, k // side, 2.0) for k in range(robots)]) * _APART_M
    # It prints what it has read of its model.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        env: Any = CtrlAviary(
            num_drones=robots, initial_xyzs=places, pyb_freq=_DRONE_RATE, ctrl_freq=_DRONE_RATE
        )
        env.reset(seed=0)
    hover = np.full((robots, 4), env.HOVER_RPM)

    def take() -> float:
        for _ in range(steps):
            env.step(hover)
        return steps / _DRONE_RATE

    return take


def factor(take: Stepper) -> float:
    """Return simulated seconds a second of processor time."""
    begun = time.process_time()
    simulated = take()
    return simulated / (time.process_time() - begun)


def compare(robots: int, turns: int) -> tuple[float, float]:
    """Return the best factor of ours and of theirs, taken in turn."""
    ours, theirs = our_stepper(robots, 5), their_stepper(robots, 120)
    # The first step of each compiles, or fills caches.
    ours(), theirs()
    pairs = [(factor(ours), factor(theirs)) for _ in range(turns)]
    return max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--drones", type=Path, required=True, help="a checkout of the other")
    parser.add_argument("--robots", type=int, nargs="+", default=[10, 50, 100])
    parser.add_argument("--turns", type=int, default=5, help="of which the best counts")
    options = parser.parse_args()
    sys.path.insert(0, str(options.drones))
    print("| bodies | ours, times real time | gym-pybullet-drones | ratio |")
    print("|---|---|---|---|")
    for robots in options.robots:
        ours, theirs = compare(robots, options.turns)
        print(f"| {robots} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |", flush=True)


if __name__ == "__main__":
    main()
