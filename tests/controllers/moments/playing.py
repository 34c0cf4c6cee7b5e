"""Swarms of ideal robots that follow the planners of moments, for the tests of this folder."""

from dataclasses import replace

import numpy as np

from bildsim.controllers.moments.planner import MomentCells, MomentDescent
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.channel import Channel
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.targets.target import named_target

FAMILY, RIDGE, STEP = LegendreFamily(4), 1e-4, 0.02
PROBLEM = Problem(named_target("gmm3"), FAMILY, RIDGE, STEP, rounds=5)
KINDS = {"moment-descent": MomentDescent, "moment-cells": MomentCells}


def over(problem=PROBLEM, **links):
    """Return the problem with such links."""
    return replace(problem, channel=Channel(LinkSettings(**links)))


def scatter(robots, seed=0, spread=1.0):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def observe(positions, spec="er:0.5", time_s=0.0):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(time_s, positions, network)


def on_a_path(positions):
    edges = np.array([(i, i + 1) for i in range(len(positions) - 1)])
    return Observation(0.0, positions, network_of_edges(edges, len(positions)))


def begin(planner, positions, spec="er:0.5", seed=0):
    return planner.init(observe(positions, spec), np.random.default_rng(seed))


def follow(planner, positions, state, ticks, spec="er:0.5"):
    """Return the paths of ideal robots, (ticks, N, 2), and the last state."""
    path = []
    for _ in range(ticks):
        positions, state = planner.plan(state, observe(positions, spec))
        path.append(positions)
    return np.array(path), state
