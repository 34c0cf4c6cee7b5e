"""Robots that are to stand still."""

import numpy as np
import pytest

from bildsim.controllers.baselines.reference.static import Static
from bildsim.controllers.planner import Observation, Problem
from bildsim.envs.swarm import SwarmEnv
from bildsim.network.graph import NetworkSpec, build_network

ROBOTS = 12


def observe(positions, time_s=0.0):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(time_s, positions, network)


def drive(make, seconds):
    """Return the KL at the start and at the end, and how far robots got."""
    env = SwarmEnv(robots=ROBOTS, target="gmm4")
    planner = make(Problem(env.target, env.family, 1e-4, 0.02))
    seen, info = env.reset(seed=2)
    first, start = seen["pose"], info["kl_fit"]
    state = planner.init(observe(first[:, :2]), np.random.default_rng(0))
    for _ in range(round(10 * seconds)):
        waypoints, state = planner.plan(state, observe(seen["pose"][:, :2]))
        seen, _, _, _, info = env.step(waypoints)
    env.close()
    traffic = planner.report(state).traffic
    assert not traffic.messages.any()
    assert not traffic.bytes.any()
    return start, info["kl_fit"], np.abs(seen["pose"] - first)[:, :2].max()


def test_static_robots_stay():
    start, end, moved = drive(Static, 3.0)
    assert moved < 1e-4
    assert end == pytest.approx(start, rel=1e-2)
