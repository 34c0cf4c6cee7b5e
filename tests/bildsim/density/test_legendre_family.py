import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import legendre

from bildsim.basics.errors import RunError, UsageError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(6, 0.1)
# What descents from other starts found for order 6 and a step of 0.05 m.
LEAST_KL = {"gmm3": 0.0181, "gmm4": 0.0321, "ring": 0.0019, "banana": 0.0093, "letter_E": 0.0867}


def log_target(family, name="gmm3"):
    return np.log(named_target(name).on_grid(family.grid))


def parameters(family, seed=0, spread=0.7):
    return spread * np.random.default_rng(seed).standard_normal(family.size)


class DesignMatrix:
    """The family by a (G^2, m) matrix of the statistics at the grid's points."""

    def __init__(self, family):
        order, nodes = family.order, family.grid.nodes
        x, y = (axis.ravel() for axis in np.meshgrid(nodes, nodes))
        px, py = legendre.legvander(x, order), legendre.legvander(y, order)
        self.matrix = (px[:, :, None] * py[:, None, :]).reshape(x.size, -1)[:, 1:]
        self.weights = family.grid.area_weights.ravel()

    def moments(self, y):
        mass = self.weights * np.exp(self.matrix @ y)
        probability = mass / mass.sum()
        mean = probability @ self.matrix
        centred = self.matrix - mean
        return np.log(mass.sum()), mean, (centred * probability[:, None]).T @ centred

    def kl(self, y, log_target):
        log_z, _, _ = self.moments(y)
        log_p = self.matrix @ y - log_z
        return self.weights * np.exp(log_p) @ (log_p - log_target.ravel())


def central_differences(function, at, step):
    columns = [
        (function(at + step * unit) - function(at - step * unit)) / (2.0 * step)
        for unit in np.eye(at.size)
    ]
    return np.stack(columns, axis=-1)


# Odd and even numbers of nodes (a step of 2/41 has 42): folding treats the middle node apart.
@pytest.mark.parametrize("order", range(1, 13))
@pytest.mark.parametrize("step", [2 / 41, 0.05, 0.04])
def test_moments_equal_those_by_the_design_matrix(order, step):
    family = LegendreFamily(order, step)
    y = parameters(family, order, spread=1.0 / order)
    log_z, mean, covariance = DesignMatrix(family).moments(y)
    # Sums of some 2,000 terms of order 1: 1e-12 is a hundred times their rounding.
    assert family.log_partition(y) == pytest.approx(log_z, abs=1e-12)
    assert np.abs(family.moments(y) - mean).max() <= 1e-12
    assert np.abs(family.covariance(y) - covariance).max() <= 1e-12
    assert family.kl(y, log_target(family)) == pytest.approx(
        DesignMatrix(family).kl(y, log_target(family)), abs=1e-12
    )


@given(st.integers(1, 20), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_a_density_does_not_depend_on_those_evaluated_with_it(count, seed):
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((count, FAMILY.size))
    together = FAMILY.evaluate(y, log_target(FAMILY), moments=True)
    i = int(rng.integers(count))
    alone = FAMILY.evaluate(y[i : i + 1], log_target(FAMILY), moments=True)
    for many, one in zip(together, alone, strict=True):
        assert np.array_equal(many[i], one[0])


@pytest.mark.parametrize("second", [True, False])
@pytest.mark.parametrize("order", [1, 4, 7])
def test_moments_of_twice_the_order_are_those_of_the_density(order, second):
    family = LegendreFamily(order, 0.05)
    y = np.random.default_rng(order).standard_normal((3, family.size)) / (1 + order)
    found = family.evaluate(y, second=second, moments=True).moments
    values = legendre.legvander(family.grid.nodes, 2 * order) * family.grid.weights[:, None]
    for row, own in zip(found, y, strict=True):
        expected = values.T @ family.density(own) @ values
        assert np.abs(row.reshape(expected.shape) - expected).max() <= 1e-13


@pytest.mark.parametrize("order", [1, 2, 5, 12])
@pytest.mark.parametrize("points", [1, 8, 19])
def test_ascent_is_the_jacobian_times_z(order, points):
    family, rng = LegendreFamily(order, 0.05), np.random.default_rng(order)
    places = rng.uniform(-1.0, 1.0, (points, 2))
    z = rng.standard_normal((points, family.size))
    expected = np.einsum("nxm,nm->nx", family.gradient(places), z)
    assert family.ascent(places, z) == pytest.approx(expected, rel=1e-11, abs=1e-11)


def test_statistics_take_points_in_any_arrangement():
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (4, 3, 2))
    found = FAMILY.statistics(points)
    assert found.shape == (4, 3, FAMILY.size)
    assert (found[2, 1] == FAMILY.statistics(points[2, 1])).all()
    assert (found[::2, :, ::-1] == FAMILY.statistics(points[::2])[..., ::-1]).all()


def test_a_very_peaked_density_stays_finite():
    y = 400.0 * FAMILY.statistics(np.array([0.9, -0.9]))
    assert np.isfinite(FAMILY.log_partition(y))
    assert FAMILY.grid.integrate(FAMILY.density(y)) == pytest.approx(1.0, abs=1e-12)


def test_density_has_the_moments_and_stands_the_right_way_round():
    y = np.zeros(FAMILY.size)
    y[FAMILY.degrees.tolist().index([1, 0])] = 2.0  # leans towards +x
    density = FAMILY.density(y)
    assert np.allclose(density, density[0])
    assert (np.diff(density, axis=1) > 0.0).all()
    statistics = np.moveaxis(FAMILY.statistics(FAMILY.grid.points), -1, 0)
    mean = FAMILY.grid.integrate(density * statistics)
    assert np.abs(mean - FAMILY.moments(y)).max() <= 1e-13


def test_gradient_of_the_statistics_by_central_differences():
    point = np.array([0.3, -0.8])
    found = central_differences(FAMILY.statistics, point, 1e-6)
    # The error of a central difference is h^2 phi''' / 6, with phi''' up to some 1e3 here.
    assert np.abs(FAMILY.gradient(point).T - found).max() <= 1e-8


def test_covariance_is_the_derivative_of_the_moments():
    y = parameters(FAMILY)
    found = central_differences(FAMILY.moments, y, 1e-5)
    assert np.abs(FAMILY.covariance(y) - found).max() <= 1e-9


@pytest.mark.parametrize("name", ["gmm3", "letter_E"])
def test_kl_gradient_by_central_differences(name):
    y, target = parameters(FAMILY), log_target(FAMILY, name)
    found = central_differences(lambda at: FAMILY.kl(at, target), y, 1e-5)
    assert np.abs(FAMILY.kl_gradient(y, target) - found).max() <= 1e-8


def test_hypergradient_by_central_differences_and_its_sign():
    """The derivative of f(theta(x)) in x_i is +grad phi(x_i) H^-1 grad f / N, not minus that."""
    ridge, target = 1e-3, log_target(FAMILY)
    positions = np.random.default_rng(3).uniform(-0.9, 0.9, (7, 2))

    def fit(flat):
        return FAMILY.fit(FAMILY.statistics(flat.reshape(-1, 2)).mean(axis=0), ridge, None, 1e-12)

    def upper(flat):
        return FAMILY.kl(fit(flat), target)

    theta = fit(positions.ravel())
    hessian = FAMILY.covariance(theta) + ridge * np.eye(FAMILY.size)
    z = np.linalg.solve(hessian, FAMILY.kl_gradient(theta, target))
    hypergradient = (FAMILY.gradient(positions) @ z).ravel() / len(positions)
    found = central_differences(upper, positions.ravel(), 1e-5)
    assert np.abs(hypergradient - found).max() <= 1e-5 * np.abs(found).max()
    step = 1e-3 / np.abs(hypergradient).max()
    here = upper(positions.ravel())
    assert upper(positions.ravel() - step * hypergradient) < here
    assert upper(positions.ravel() + step * hypergradient) > here


def places(kind):
    rng = np.random.default_rng(1)
    return {
        "uniform": rng.uniform(-1.0, 1.0, (100, 2)),
        "clustered": 0.2 + 0.02 * rng.standard_normal((30, 2)),
        "one point": np.full((10, 2), 0.3),
        "one corner": np.ones((10, 2)),
        "two corners": np.array([[1.0, 1.0], [-1.0, -1.0]]),
        "one robot": np.array([[-0.4, 0.7]]),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["uniform", "clustered", "one point", "one corner", "two corners", "one robot"]
)
@pytest.mark.parametrize("ridge", [1e-2, 1e-4, 1e-6])
def test_fit_reaches_the_optimum_from_any_positions(kind, ridge):
    mean = FAMILY.statistics(places(kind)).mean(axis=0)
    theta = FAMILY.fit(mean, ridge)
    assert np.abs(FAMILY.moments(theta) - mean + ridge * theta).max() <= 1e-10
    warm = FAMILY.fit(mean, ridge, start=theta + parameters(FAMILY, spread=0.1))
    # Two points of gradient 1e-10 lie within 2e-10 sqrt(m) / (least eigenvalue >= ridge).
    assert np.linalg.norm(warm - theta) <= 2e-10 * np.sqrt(FAMILY.size) / ridge


def test_fit_of_what_is_not_finite_or_not_reachable_fails_in_a_sentence():
    with pytest.raises(RunError, match="the mean of the statistics is not finite"):
        FAMILY.fit(np.full(FAMILY.size, np.nan), 1e-4)
    family = LegendreFamily(1, 0.25)
    with pytest.raises(RunError, match=r"did not converge: gradient .* after 500 Newton steps"):
        family.fit(np.full(3, 0.1), 1e-4, tolerance=-1.0)


@pytest.mark.parametrize("name", list(LEAST_KL))
def test_least_kl_of_the_named_targets(name):
    family = LegendreFamily()
    target = log_target(family, name)
    y, value = family.least_kl(target)
    assert value == pytest.approx(LEAST_KL[name], abs=1e-4)  # the published digits
    assert value == pytest.approx(family.kl(y, target), abs=1e-12)
    assert np.abs(family.kl_gradient(y, target)).max() <= 1e-6


def test_least_kl_is_zero_within_the_family_and_repeats_bit_for_bit():
    y = parameters(FAMILY, spread=0.3)
    target = np.log(FAMILY.density(y))
    found, value = FAMILY.least_kl(target)
    assert 0.0 <= value <= 1e-12
    assert np.abs(FAMILY.density(found) - FAMILY.density(y)).max() <= 1e-5
    assert FAMILY.least_kl(target)[0].tobytes() == found.tobytes()


def test_answers_converge_as_the_grid_is_refined():
    """The trapezoid rule is of second order: four times closer for half the step.

    Against a step of 0.02 m the default of 0.05 m is within 0.01 nats, 0.1 m within 0.04.
    """
    positions = np.random.default_rng(0).uniform(-1.0, 1.0, (200, 2))

    def answers(step):
        family = LegendreFamily(6, step)
        target = log_target(family)
        theta = family.fit(family.statistics(positions).mean(axis=0), 1e-4)
        return np.array([family.kl(theta, target), family.least_kl(target)[1]])

    coarse, default, fine, finest = (answers(step) for step in (0.1, 0.05, 0.025, 0.0125))
    assert (np.abs(coarse - finest) > 2.5 * np.abs(default - finest)).all()
    assert (np.abs(default - finest) > 2.5 * np.abs(fine - finest)).all()
    assert (np.abs(default - finest) <= 0.01).all()


def test_kl_between_members_of_the_family():
    first = np.stack([parameters(FAMILY, seed) for seed in range(5)])
    second = parameters(FAMILY, 9)
    p, q = [FAMILY.density(y) for y in first], FAMILY.density(second)
    expected = [FAMILY.grid.integrate(each * np.log(each / q)) for each in p]
    assert FAMILY.kl_between(first, second) == pytest.approx(np.array(expected), abs=1e-12)
    assert FAMILY.kl_between(first[0], second) == pytest.approx(expected[0], abs=1e-12)
    assert abs(FAMILY.kl_between(second, second)) <= 1e-13


@pytest.mark.parametrize("order", [0, -1, 13])
def test_order_out_of_range(order):
    with pytest.raises(UsageError, match=f"order={order} is out of range: 1 to 12"):
        LegendreFamily(order)


def test_grid_too_coarse_for_the_order():
    with pytest.raises(UsageError, match=r"grid_step=0.25 is too coarse for order=5: 9 nodes"):
        LegendreFamily(5, 0.25)


@pytest.mark.parametrize("step", [0.0, -0.1, 0.3, 0.07, float("nan")])
def test_grid_step_not_allowed(step):
    with pytest.raises(UsageError, match="grid_step"):
        LegendreFamily(2, step)


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.longdouble, ">f8", list])
def test_numbers_of_any_kind_mean_the_same(kind):
    def cast(values):
        return values.tolist() if kind is list else values.astype(kind)

    rng = np.random.default_rng(0)
    y = np.round(2 * rng.standard_normal((3, FAMILY.size)))
    points = np.round(rng.uniform(-1, 1, (5, 2)))
    target = np.round(-4 * np.abs(log_target(FAMILY)))
    s, z = np.zeros(FAMILY.size), np.round(rng.standard_normal((5, FAMILY.size)))
    for function, *arguments in (
        (lambda *a: FAMILY.evaluate(*a).gradient, y, target),
        (FAMILY.kl, y[0], target),
        (FAMILY.kl_gradient, y[0], target),
        (FAMILY.log_partition, y[0]),
        (FAMILY.moments, y[0]),
        (FAMILY.covariance, y[0]),
        (FAMILY.density, y[0]),
        (FAMILY.statistics, points),
        (FAMILY.ascent, points, z),
        (lambda a: FAMILY.fit(a, 1e-2), s),
    ):
        expected = function(*arguments)
        np.testing.assert_array_equal(function(*map(cast, arguments)), expected)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: FAMILY.evaluate(np.zeros(FAMILY.size)),
            r"^y of shape \(48,\) .* allowed is \(n, 48\)",
        ),
        (lambda: FAMILY.evaluate(np.zeros((2, 47))), r"^y of shape \(2, 47\)"),
        (lambda: FAMILY.kl(np.zeros(47), log_target(FAMILY)), r"^y of shape \(1, 47\)"),
        (
            lambda: FAMILY.kl(np.zeros(48), np.zeros((3, 3))),
            r"^log_target of shape \(3, 3\) is not possible: allowed is \(21, 21\)",
        ),
        (lambda: FAMILY.ascent(np.zeros((2, 3)), np.zeros((2, 48))), r"^points of shape \(2, 3\)"),
        (lambda: FAMILY.ascent(np.zeros((2, 2)), np.zeros((3, 48))), r"^z of shape \(3, 48\)"),
        (lambda: FAMILY.fit(np.zeros(3), 1.0), r"^mean_statistics of shape \(3,\)"),
    ],
)
def test_arrays_of_another_shape_are_refused_before_a_kernel_reads_beyond_them(call, words):
    with pytest.raises(ValueError, match=words):
        call()
