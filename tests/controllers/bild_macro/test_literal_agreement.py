"""The planner's arrays against Algorithm 1 written robot by robot."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.settings import FIXED, PAPER
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target
from tests.controllers.bild_macro.literal_macro import Model, deviations, play_round, robots_on

ROBOTS = 12
ROUNDS = 100
SPREAD = replace(FIXED, y_spread=1.0)


def relative(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


# y^0 is spread so far with our constants, too, that q_i falls below w I in some rounds.
@pytest.mark.parametrize("order", [3, 6])
@pytest.mark.parametrize("settings", [PAPER, SPREAD], ids=["paper", "ours"])
def test_arrays_equal_robots_that_pass_messages(order, settings):
    rng = np.random.default_rng(order)
    family = LegendreFamily(order, 0.1)
    target = named_target("gmm3").on_grid(family.grid)
    positions = rng.uniform(-1.0, 1.0, (ROBOTS, 2))
    network = build_network(NetworkSpec.parse("er:0.5"), positions, rng)
    y = settings.y_spread * rng.standard_normal((ROBOTS, family.size))
    algorithm = BildMacro(family, np.log(target), settings)
    state = algorithm.init(positions, y)
    # The constant statistic's parameter is free: give it some value, to see it change nothing.
    full = np.column_stack([rng.standard_normal(ROBOTS), y])
    robots = robots_on(network, Model(order, family.grid.nodes, target), settings, positions, full)
    projections = 0
    for _ in range(ROUNDS):
        hypergradient = algorithm.hypergradient(state)
        state = algorithm.advance(state, algorithm.waypoints(state, hypergradient), network)
        play_round(robots)
        assert [robot.projected for robot in robots] == hypergradient.projected.tolist()
        projections += hypergradient.projected.sum()
        positions = np.array([robot.x for robot in robots])
        assert np.abs(positions - state.positions).max() <= 1e-9
    assert 0 < projections < ROBOTS * ROUNDS
    fields = state.fields
    assert relative(fields.y, np.array([robot.y[1:] for robot in robots])) <= 1e-9
    assert relative(fields.r, np.array([robot.r[1:] for robot in robots])) <= 1e-9
    assert relative(family.unpack(fields.q), np.array([r.q[1:, 1:] for r in robots])) <= 1e-9


def main_job(settings):
    """Return the main job in open loop: 100 robots, er:0.5, gmm3."""
    rng = np.random.default_rng(0)
    return OpenLoop.draw(named_target("gmm3"), settings, 100, NetworkSpec.parse("er:0.5"), rng)


@pytest.mark.parametrize(
    "settings", [PAPER, replace(FIXED, warmup_rounds=3)], ids=["paper", "ours"]
)
def test_the_main_job_begins_as_the_literal_algorithm_does(settings):
    for x, y, _ in deviations(main_job(settings), 6):
        assert x <= 1e-12
        assert y <= 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("settings", [PAPER, FIXED], ids=["paper", "ours"])
def test_the_main_job_is_the_literal_algorithm_for_a_thousand_rounds(settings):
    for x, y, _ in deviations(main_job(settings), 1000):
        assert max(x, y) <= 1e-8
