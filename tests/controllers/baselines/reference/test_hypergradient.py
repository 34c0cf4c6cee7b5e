"""The planners that BILD-MACRO is compared with."""

import numpy as np
import pytest

from bildsim.controllers.baselines.reference.hypergradient import Hypergradient
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.swarm import SwarmEnv
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

ROBOTS = 12
RIDGE = 1e-3
FAMILY = LegendreFamily(3)
PROBLEM = Problem(named_target("gmm4"), FAMILY, RIDGE, 0.02)


def observe(positions, time_s=0.0):
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    return Observation(time_s, positions, network)


def scatter(seed=0, spread=0.9):
    return np.random.default_rng(seed).uniform(-spread, spread, (ROBOTS, 2))


def kl_after_fit(positions):
    """f(theta(x)) by Newton steps with sums over the grid, from (4), (5) and (24)."""
    grid = FAMILY.grid
    design = FAMILY.statistics(grid.points)
    mean = FAMILY.statistics(positions).mean(axis=0)
    y = np.zeros(FAMILY.size)
    for _ in range(60):
        p = np.exp(design @ y)
        p /= grid.integrate(p)
        mass = grid.area_weights * p
        moments = np.tensordot(mass, design, axes=2)
        centred = design - moments
        hessian = np.einsum("ij,ija,ijb->ab", mass, centred, centred) + RIDGE * np.eye(len(y))
        slope = moments - mean + RIDGE * y
        if np.abs(slope).max() < 1e-13:
            break
        step = np.linalg.solve(hessian, slope)
        # Steps of at most 1 keep the first ones, which overshoot, from running away.
        y = y - step / max(1.0, np.abs(step).max())
    assert np.abs(slope).max() < 1e-12
    return float(grid.integrate(p * (np.log(p) - PROBLEM.log_target)))


def test_the_move_is_down_the_gradient_of_the_kl_of_the_fit():
    # A step so short that no robot is held to the longest step.
    planner = Hypergradient(PROBLEM, first_step=1e-5)
    positions = scatter()
    state = planner.init(observe(positions), np.random.default_rng(0))
    waypoints, _ = planner.plan(state, observe(positions))
    move = waypoints - positions
    step = 1e-4
    for robot, axis in [(0, 0), (3, 1), (7, 0), (11, 1)]:
        nudge = np.zeros_like(positions)
        nudge[robot, axis] = step
        slope = (kl_after_fit(positions + nudge) - kl_after_fit(positions - nudge)) / (2 * step)
        # The planner leaves out the 1 / N of the mean. The differences are good to step^2 times a
        # third derivative; rounding adds 1e-15 / step.
        expected = -planner.first_step * ROBOTS * slope
        assert move[robot, axis] == pytest.approx(expected, rel=1e-4, abs=1e-11)


def test_the_step_is_the_one_that_the_last_two_ticks_suggest():
    planner = Hypergradient(PROBLEM, least_step=1e-6, largest_step=1e6)
    first, second = scatter(), scatter() + 1e-4 * scatter(5)
    state = planner.init(observe(first), np.random.default_rng(0))
    _, state = planner.plan(state, observe(first))
    waypoints, after = planner.plan(state, observe(second))
    moved, change = second - first, after.ascent - state.ascent
    step = np.sum(moved**2) / np.sum(moved * change)
    assert step > 0.0, "or the largest step is taken"
    wanted = -step * after.ascent
    length = np.linalg.norm(wanted, axis=1, keepdims=True)
    expected = wanted * np.minimum(1.0, PROBLEM.max_step / length)
    np.testing.assert_allclose(waypoints - second, expected, atol=1e-12)


def test_the_hypergradient_reaches_what_the_family_allows():
    planner = Hypergradient(PROBLEM)
    positions = scatter(4)
    state = planner.init(observe(positions), np.random.default_rng(0))
    start = kl_after_fit(positions)
    for _ in range(300):
        positions, state = planner.plan(state, observe(positions))
    _, least = FAMILY.least_kl(PROBLEM.log_target)
    assert kl_after_fit(positions) - least < 0.02 * (start - least)


def test_the_fit_does_not_depend_on_where_it_started():
    planner = Hypergradient(PROBLEM)
    observation = observe(scatter(1))
    state = planner.init(observation, np.random.default_rng(0))
    _, elsewhere = planner.plan(state, observe(scatter(2)))
    _, cold = planner.plan(state, observation)
    _, warm = planner.plan(elsewhere, observation)
    # Two fits good to a gradient of 1e-10, through a Hessian of at least 1e-3.
    np.testing.assert_allclose(cold.theta, warm.theta, rtol=0, atol=1e-6)
    np.testing.assert_allclose(cold.ascent, warm.ascent, rtol=0, atol=1e-4)


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


def test_the_hypergradient_brings_kl_down_in_the_physics():
    start, end, _ = drive(Hypergradient, 6.0)
    assert end < 0.5 * start
