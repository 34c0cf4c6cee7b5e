"""Kernel flows: their gradients against differences, the consensus against its average."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.baselines.kernels.heat import HeatFlow
from bildsim.controllers.baselines.kernels.interpolation import interpolate
from bildsim.controllers.baselines.kernels.kde_consensus import ConsensusFlow
from bildsim.controllers.baselines.kernels.kde_flow import KernelFlow
from bildsim.controllers.baselines.kernels.kernel_density import KernelDensity, cut_kernel
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.kde import reflected_kde, standard_bandwidth
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import named_target

TARGET = named_target("gmm3")
PROBLEM = Problem(TARGET, LegendreFamily(2), 1e-4, 0.02, rounds=4)
BANDWIDTH = 0.2


def scatter(robots, seed=0, spread=0.95):
    return np.random.default_rng(seed).uniform(-spread, spread, (robots, 2))


def observe(positions, spec="ring"):
    network = build_network(NetworkSpec.parse(spec), positions, np.random.default_rng(0))
    return Observation(0.0, positions, network)


def differences(value, points, step=1e-6):
    """Return the gradient of a function of points, (M, 2) to (M,), by central differences."""
    nudges = step * np.eye(2)
    return np.stack([(value(points + n) - value(points - n)) / (2 * step) for n in nudges], axis=1)


def test_densities_are_sums_of_cut_kernels():
    """Each kernel and its mirror images one by one; beyond three bandwidths there is nothing."""
    density, robots, points = KernelDensity.of(TARGET, BANDWIDTH), scatter(5), scatter(4, 1)

    def bell(difference):
        z = abs(difference) / BANDWIDTH
        # Of a normal law 0.9973002 lies within three deviations.
        return np.exp(-z * z / 2) / (np.sqrt(2 * np.pi) * BANDWIDTH * 0.9973002039) * (z <= 3)

    def axis(at, centre):
        return bell(at - centre) + bell(at - (2 - centre)) + bell(at - (-2 - centre))

    expected = [
        np.mean([axis(p[0], robot[0]) * axis(p[1], robot[1]) for robot in robots]) for p in points
    ]
    np.testing.assert_allclose(density.swarm(points, robots).value, expected, rtol=1e-9)


@pytest.mark.parametrize("side", ["swarm", "target"])
def test_gradients_are_those_of_the_densities(side):
    density, robots, points = KernelDensity.of(TARGET, BANDWIDTH), scatter(20), scatter(8, 1)

    def field(at):
        return density.target(at) if side == "target" else density.swarm(at, robots)

    expected = differences(lambda at: field(at).value, points)
    np.testing.assert_allclose(field(points).gradient, expected, rtol=1e-5, atol=1e-7)


def test_the_blurred_target_is_the_target_under_the_kernel():
    density, points = KernelDensity.of(TARGET, BANDWIDTH), scatter(6, 2)
    cells = PointMasses.of(TARGET, 160)
    along_x, _ = cut_kernel(points[:, 0], cells.centres, BANDWIDTH, reach=8.0)
    along_y, _ = cut_kernel(points[:, 1], cells.centres, BANDWIDTH, reach=8.0)
    expected = np.einsum("nj,ij,ni->n", along_x, cells.masses, along_y)
    # Kernels are cut at three bandwidths and their mass restored.
    np.testing.assert_allclose(density.target(points).value, expected, rtol=0.02)


def log_ratio(density, at, robots):
    return np.log(density.swarm(at, robots).value / density.target(at).value)


def test_robots_run_down_the_logarithm_of_the_ratio():
    planner, positions = KernelFlow(PROBLEM), scatter(30)
    bandwidth = planner.widening * standard_bandwidth(30)
    density = KernelDensity.of(TARGET, bandwidth)
    slope = differences(lambda at: log_ratio(density, at, positions), positions)
    expected = positions - planner.gain * bandwidth**2 * slope
    np.testing.assert_allclose(planner.goals(positions), expected, rtol=1e-5, atol=1e-7)


def test_the_heat_law_runs_down_the_difference():
    planner, positions = HeatFlow(PROBLEM), scatter(30)
    bandwidth = planner.widening * standard_bandwidth(30)
    density = KernelDensity.of(TARGET, bandwidth)
    slope = differences(
        lambda at: density.swarm(at, positions).value - density.target(at).value, positions
    )
    velocity = slope / density.swarm(positions, positions).value[:, None]
    expected = positions - planner.gain * bandwidth**2 * velocity
    np.testing.assert_allclose(planner.goals(positions), expected, rtol=1e-5, atol=1e-7)


def divergence(positions, bandwidth):
    """KL(p_h || p*_h) on 60 x 60 cells, with whole kernels."""
    cells = PointMasses.of(TARGET, 60)
    swarm = reflected_kde(cells.centres, positions, bandwidth)
    kernel, _ = cut_kernel(cells.centres, cells.centres, bandwidth, reach=8.0)
    target = kernel @ cells.masses @ kernel.T
    swarm, target = swarm / swarm.sum(), target / target.sum()
    return float(np.sum(swarm * np.log(swarm / target)))


@pytest.mark.parametrize("flow", [KernelFlow, HeatFlow, ConsensusFlow])
def test_the_divergence_falls(flow):
    planner, positions = flow(PROBLEM), scatter(40, 3)
    bandwidth = planner.widening * standard_bandwidth(40)
    state = planner.init(observe(positions, "complete"), np.random.default_rng(0))
    before = divergence(positions, bandwidth)
    for _ in range(120):
        positions, state = planner.plan(state, observe(positions, "complete"))
    assert divergence(positions, bandwidth) < 0.1 * before


def test_robots_leave_a_wall_that_they_touched():
    positions = np.concatenate([scatter(20, 4), [[-1.0, -1.0]]])
    for flow in (KernelFlow, HeatFlow):
        way = flow(PROBLEM).goals(positions)[-1] - positions[-1]
        assert (way > 0.0).all()


def test_agreement_keeps_its_sums():
    """The integrals add up to 0, and the mean follows the robots' mean at the rate alone."""
    planner, positions = ConsensusFlow(PROBLEM), scatter(11)
    observation = observe(positions, "knn:3")
    rng = np.random.default_rng(1)
    kernels = rng.uniform(0.0, 1.0, (11, planner.nodes**2))
    state = planner.init(observation, rng)
    after = planner.agree(state, kernels, observation.network)
    np.testing.assert_allclose(after.integrals.sum(axis=0), 0.0, atol=1e-12)
    left = (1.0 - planner.rate) ** PROBLEM.rounds
    expected = left * state.densities.mean(axis=0) + (1.0 - left) * kernels.mean(axis=0)
    np.testing.assert_allclose(after.densities.mean(axis=0), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("spec", ["ring", "complete", "knn:4"])
def test_agreement_reaches_the_density_of_all_whatever_it_was_before(spec):
    positions = scatter(12)
    planner = ConsensusFlow(replace(PROBLEM, rounds=8000))
    observation = observe(positions, spec)
    state = planner.init(observe(scatter(12, 9)), np.random.default_rng(0))
    _, state = planner.plan(state, observation)
    bandwidth = planner.widening * standard_bandwidth(12)
    expected = reflected_kde(PointMasses.of(TARGET, planner.nodes).centres, positions, bandwidth)
    everyone = np.broadcast_to(expected.ravel(), state.densities.shape)
    np.testing.assert_allclose(state.densities, everyone, atol=1e-6)


def test_a_message_is_two_tables():
    planner, positions = ConsensusFlow(PROBLEM), scatter(8)
    state = planner.init(observe(positions), np.random.default_rng(0))
    _, state = planner.plan(state, observe(positions))
    # Two neighbours, four rounds, two tables of double precision.
    assert planner.report(state).traffic.bytes.tolist() == [2 * 4 * 2 * planner.nodes**2 * 8] * 8


def test_interpolation_is_exact_for_quadratics():
    centres = PointMasses.of(TARGET, 14).centres
    x, y = np.meshgrid(centres, centres)
    points = scatter(9, 5, 0.75)
    tables = np.stack([1 + k * x - y + 0.3 * x * x + 2 * x * y - k * y * y for k in range(9)])
    px, py, k = points[:, 0], points[:, 1], np.arange(9)
    value, gradient = interpolate(tables, points)
    expected = 1 + k * px - py + 0.3 * px**2 + 2 * px * py - k * py**2
    slopes = np.stack([k + 0.6 * px + 2 * py, -1 + 2 * px - 2 * k * py], axis=1)
    np.testing.assert_allclose(value, expected, atol=1e-12)
    np.testing.assert_allclose(gradient, slopes, atol=1e-11)


def test_the_gradient_of_an_interpolation_is_its_own_also_at_the_walls():
    table = np.random.default_rng(0).uniform(0.0, 1.0, (1, 8, 8))
    points = np.concatenate([scatter(6, 6), [[-0.999, 0.999], [0.95, -0.97]]])
    expected = differences(lambda at: interpolate(table, at)[0], points)
    np.testing.assert_allclose(interpolate(table, points)[1], expected, rtol=1e-6, atol=1e-7)
