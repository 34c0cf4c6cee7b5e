import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import legendre
from scipy.optimize import linear_sum_assignment, linprog, minimize
from scipy.spatial.distance import cdist, pdist
from scipy.stats import energy_distance

from bildsim.basics.errors import RunError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import (
    POSITION_METRICS,
    PositionMetrics,
    kl_fit,
    minimum_gap,
    step_lengths,
)
from bildsim.targets.optimal_transport import w2
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import TARGET_NAMES, named_target

SEEDS = st.integers(0, 2**16)


@pytest.fixture(scope="module")
def metric():
    return PositionMetrics.of(named_target("gmm3"))


def coarse_metric():
    """Return a metric with so few cells that sums over pairs can be written out."""
    return PositionMetrics.of(named_target("banana"), cells=6)


def drawn(target, count, seed):
    """Draw positions from a target by rejection."""
    rng = np.random.default_rng(seed)
    proposals = rng.uniform(-1.0, 1.0, (100 * count, 2))
    density = target.density(proposals)
    return proposals[rng.uniform(0.0, density.max(), len(proposals)) < density][:count]


def scattered(robots, seed):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))


@pytest.mark.parametrize("name", TARGET_NAMES)
def test_cells_share_out_the_target(name):
    cells = PointMasses.of(named_target(name))
    assert cells.masses.sum() == pytest.approx(1.0, rel=1e-13)
    assert cells.masses.ravel() == pytest.approx(
        named_target(name).density(cells.points) / 400.0, rel=0.01
    )
    assert cells.centres[[0, -1]] == pytest.approx([-0.975, 0.975])


def test_cells_have_y_along_the_rows():
    cells = PointMasses.of(named_target("banana"), count=4)
    assert cells.points[1] == pytest.approx([-0.25, -0.75])
    assert cells.masses[0, 0] == pytest.approx(cells.masses[0, 3])
    assert cells.masses[0, 0] < cells.masses[3, 0]


@given(seed=SEEDS)
def test_w2_of_equal_numbers_is_the_best_assignment(seed):
    cells = PointMasses(np.full((3, 3), 1.0 / 9.0))
    positions = scattered(9, seed)
    squared = ((positions[:, None] - cells.points) ** 2).sum(axis=-1)
    best = squared[linear_sum_assignment(squared)].mean()
    assert w2(positions, cells) == pytest.approx(math.sqrt(best), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, robots=st.integers(1, 7))
def test_w2_is_the_optimum_of_the_linear_programme(seed, robots):
    cells, positions = PointMasses.of(named_target("banana"), 5), scattered(robots, seed)
    squared = ((positions[:, None] - cells.points) ** 2).sum(axis=-1)
    given = np.kron(np.eye(robots), np.ones(25))
    taken = np.kron(np.ones(robots), np.eye(25))
    shares = np.concatenate([np.full(robots, 1.0 / robots), cells.masses.ravel()])
    # The last equation follows from the others; in rounded numbers it would contradict them.
    best = linprog(squared.ravel(), A_eq=np.vstack([given, taken])[:-1], b_eq=shares[:-1])
    assert w2(positions, cells) == pytest.approx(math.sqrt(best.fun), rel=1e-6)


def test_w2_of_one_robot_is_the_spread_around_it(metric):
    position = np.array([[0.3, -0.2]])
    squared = ((metric.cells.points - position) ** 2).sum(axis=1)
    expected = math.sqrt(metric.cells.masses.ravel() @ squared)
    assert metric.w2(position) == pytest.approx(expected, rel=1e-12)


@given(seed=SEEDS, shift=st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)))
def test_w2_of_a_shifted_swarm_obeys_the_identity_of_shifts(seed, shift):
    # W2^2(X + s, Q) = W2^2(X, Q) + 2 s . (E X - E Q) + |s|^2, whatever X and Q are.
    cells = PointMasses.of(named_target("ring"), count=8)
    positions, shift = scattered(5, seed), np.array(shift)
    offset = positions.mean(axis=0) - cells.masses.ravel() @ cells.points
    expected = w2(positions, cells) ** 2 + 2.0 * shift @ offset + shift @ shift
    assert w2(positions + shift, cells) ** 2 == pytest.approx(expected, abs=1e-12)


def test_w2_of_random_draws_is_the_known_value(metric):
    # Over 150 seeds 100 random draws from gmm3 are 0.149 m from it, with a standard deviation of
    # 0.028; the mean of 16 has a standard error of 0.007, of which three are allowed.
    values = [metric.w2(drawn(named_target("gmm3"), 100, seed)) for seed in range(16)]
    assert np.mean(values) == pytest.approx(0.149, abs=0.021)


def test_w2_and_locational_cost_of_a_lattice_are_those_of_its_squares():
    # Ten by ten robots, each in the middle of a square of side 0.2 that holds 4 x 4 cells. Over a
    # square of side a the mean of |q - x|^2 is a^2 / 6; the cells' centres miss their own part.
    lattice = PointMasses.of(named_target("uniform"), count=10).points
    uniform = PositionMetrics.of(named_target("uniform"))
    expected = (0.2**2 - 0.05**2) / 6.0
    assert uniform.w2(lattice) == pytest.approx(math.sqrt(expected), rel=1e-12)
    assert uniform.locational(lattice) == pytest.approx(expected, rel=1e-12)


def test_w2_of_a_lost_robot_stops_the_run(metric):
    with pytest.raises(RunError, match="not finite"):
        metric.w2(np.array([[0.0, np.nan]]))


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, robots=st.integers(1, 200))
def test_values_are_those_of_the_judges_and_three_bandwidths(seed, robots):
    metric, positions = coarse_metric(), scattered(robots, seed)
    values, shrink = metric.values(positions), (robots / 100.0) ** (-1.0 / 6.0)
    assert set(values) == set(POSITION_METRICS)
    for name, h in {"js_kde_09": 0.09, "js_kde": 0.12, "js_kde_20": 0.2}.items():
        assert values[name] == pytest.approx(metric.js_kde(positions, h * shrink), rel=1e-12)
    for name in ("w2", "ergodic", "locational"):
        assert values[name] == getattr(metric, name)(positions)
    assert values["energy"] == metric.energy_distance(positions)


@given(seed=SEEDS, robots=st.integers(1, 6))
def test_energy_distance_agrees_with_sums_over_all_pairs(seed, robots):
    metric, positions = coarse_metric(), scattered(robots, seed)
    mass, points = metric.cells.masses.ravel(), metric.cells.points
    across = np.mean([mass @ [math.dist(x, q) for q in points] for x in positions])
    within = np.mean([math.dist(x, other) for x in positions for other in positions])
    spread = mass @ [[math.dist(q, r) for r in points] for q in points] @ mass
    expected = 2.0 * across - within - spread
    assert metric.energy_distance(positions) == pytest.approx(expected, abs=1e-12)
    assert metric.energy_distance(positions) > 0.0


@pytest.mark.parametrize("robots", [255, 256, 257, 1000])
def test_energy_distance_of_many_robots_agrees_with_one_large_sum(metric, robots):
    positions, points, mass = scattered(robots, 5), metric.cells.points, metric.cells.masses.ravel()
    across = cdist(positions, points).mean(axis=0) @ mass
    within = 2.0 * pdist(positions).sum() / robots**2
    expected = 2.0 * across - within - mass @ cdist(points, points) @ mass
    assert metric.energy_distance(positions) == pytest.approx(expected, abs=1e-12)


@given(seed=SEEDS, robots=st.integers(1, 6))
def test_energy_distance_along_a_line_is_that_of_one_dimension(seed, robots):
    row = np.random.default_rng(seed).dirichlet(np.ones(6))
    metric = PositionMetrics(PointMasses(np.outer(np.eye(6)[2], row)))
    along, height = scattered(robots, seed)[:, 0], metric.cells.centres[2]
    positions = np.column_stack([along, np.full(robots, height)])
    # SciPy's is the square root of the distance of Székely and Rizzo.
    expected = energy_distance(along, metric.cells.centres, v_weights=row) ** 2
    assert metric.energy_distance(positions) == pytest.approx(expected, abs=1e-12)


@given(seed=SEEDS, robots=st.integers(1, 6))
def test_ergodic_metric_agrees_with_a_sum_over_wave_numbers(seed, robots):
    metric, positions = coarse_metric(), scattered(robots, seed)
    mass, points = metric.cells.masses.ravel(), metric.cells.points

    def cosine(k, points):
        scale = math.prod(math.sqrt(0.5) if order == 0 else 1.0 for order in k)
        return scale * np.prod(np.cos(np.array(k) * np.pi * (points + 1.0) / 2.0), axis=1)

    expected = sum(
        (1.0 + a * a + b * b) ** -1.5
        * (cosine((a, b), positions).mean() - mass @ cosine((a, b), points)) ** 2
        for a in range(11)
        for b in range(11)
    )
    assert metric.ergodic(positions) == pytest.approx(expected, rel=1e-9)


def test_integrals_over_the_target_are_those_of_gauss_legendre_quadrature(metric):
    positions, target = scattered(8, 5), named_target("gmm3")
    nodes, weights = legendre.leggauss(200)
    points = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    mass = np.outer(weights, weights).ravel() * target.density(points)
    apart = np.linalg.norm(points[:, None] - positions, axis=-1)
    assert metric.locational(positions) == pytest.approx(mass @ apart.min(axis=1) ** 2, rel=0.01)

    wave = np.arange(11)
    scale = np.where(wave == 0, math.sqrt(0.5), 1.0)

    def cosines(at):
        x, y = (scale * np.cos(wave * np.pi * (at[:, axis, None] + 1.0) / 2.0) for axis in (0, 1))
        return x[:, :, None] * y[:, None, :]

    difference = cosines(positions).mean(axis=0) - np.tensordot(mass, cosines(points), axes=1)
    squares = np.add.outer(wave**2, wave**2)
    expected = np.sum(difference**2 / (1.0 + squares) ** 1.5)
    assert metric.ergodic(positions) == pytest.approx(expected, rel=0.01)


@given(seed=SEEDS, robots=st.integers(1, 6))
def test_locational_cost_agrees_with_a_search_of_every_robot(seed, robots):
    metric, positions = coarse_metric(), scattered(robots, seed)
    nearest = [min(math.dist(q, x) ** 2 for x in positions) for q in metric.cells.points]
    assert metric.locational(positions) == pytest.approx(metric.cells.masses.ravel() @ nearest)


@pytest.mark.parametrize("measure", ["w2", "js_kde", "energy_distance", "ergodic", "locational"])
def test_every_judge_prefers_draws_from_the_target_to_a_corner(metric, measure):
    good = getattr(metric, measure)(drawn(named_target("gmm3"), 100, 0))
    bad = getattr(metric, measure)(np.random.default_rng(0).uniform(-1.0, -0.7, (100, 2)))
    assert 0.0 < good < 0.5 * bad


@pytest.mark.parametrize("measure", ["w2", "js_kde", "energy_distance", "ergodic", "locational"])
def test_judges_do_not_care_which_robot_is_which(metric, measure):
    positions = scattered(20, 3)
    value = getattr(metric, measure)(positions)
    assert getattr(metric, measure)(positions[::-1]) == pytest.approx(value, rel=1e-10)


@pytest.mark.parametrize(("seed", "robots"), [(0, 1), (1, 7), (2, 60)])
def test_kl_fit_is_that_of_a_density_fitted_another_way(seed, robots):
    family, positions, ridge = LegendreFamily(2, 0.1), scattered(robots, seed), 1e-2
    grid = family.grid
    log_target = np.log(named_target("ring").on_grid(grid))
    powers = [(a, b) for a in range(3) for b in range(3) if (a, b) != (0, 0)]

    def statistics(points):
        x, y = points[..., 0], points[..., 1]
        unit = np.eye(3)
        values = [legendre.legval(x, unit[a]) * legendre.legval(y, unit[b]) for a, b in powers]
        return np.stack(values, axis=-1)

    on_grid, mean = statistics(grid.points), statistics(positions).mean(axis=0)

    def log_density(theta):
        exponent = on_grid @ theta
        return exponent - np.log(np.sum(grid.area_weights * np.exp(exponent)))

    def objective(theta):
        p = grid.area_weights * np.exp(log_density(theta))
        slope = np.tensordot(p, on_grid, axes=2) - mean + ridge * theta
        partition = np.log(np.sum(grid.area_weights * np.exp(on_grid @ theta)))
        return partition - theta @ mean + 0.5 * ridge * theta @ theta, slope

    theta = minimize(objective, np.zeros(8), jac=True, options={"gtol": 1e-9}).x
    p = np.exp(log_density(theta))
    expected = np.sum(grid.area_weights * p * (np.log(p) - log_target))
    found = kl_fit(positions, family, log_target, ridge)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-7)


@given(seed=SEEDS, robots=st.integers(2, 12))
def test_minimum_gap_agrees_with_every_pair(seed, robots):
    positions = scattered(robots, seed)
    closest = min(math.dist(positions[i], positions[j]) for i in range(robots) for j in range(i))
    assert minimum_gap(positions, 0.025) == pytest.approx(closest - 0.05, abs=1e-12)


def test_minimum_gap_of_robots_at_one_place_and_of_one_robot():
    assert minimum_gap(np.zeros((3, 2)), 0.025) == -0.05
    assert minimum_gap(np.zeros((1, 2)), 0.025) == math.inf


def test_step_lengths_are_straight_lines():
    before = np.array([[0.0, 0.0], [0.5, 0.5]])
    after = np.array([[0.3, -0.4], [0.5, 0.5]])
    assert step_lengths(before, after) == pytest.approx([0.5, 0.0])
