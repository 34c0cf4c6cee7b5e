import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.target import TARGET_NAMES, named_target, target_from_function

GRID = Grid(0.05)
every_name = pytest.mark.parametrize("name", TARGET_NAMES)


def unnormalised(name, x, y):
    """Recover the shape of a named target from its density, up to a factor."""
    return float(named_target(name).density(np.array([x, y]))) - 0.005


@every_name
def test_density_is_normalised_over_the_square(name):
    fine = Grid(0.01)
    mass = float(fine.integrate(named_target(name).density(fine.points)))
    assert mass == pytest.approx(1.0, abs=1e-12)


@every_name
def test_density_on_a_grid_is_normalised_by_that_grid_and_bounded_below(name):
    values = named_target(name).on_grid(GRID)
    assert values.shape == (41, 41)
    assert float(GRID.integrate(values)) == pytest.approx(1.0, abs=1e-12)
    # The uniform part alone is 0.005; normalising on the grid moves it by less than a percent.
    assert values.min() > 0.00495


@every_name
def test_density_of_one_point_is_the_density_of_that_point_among_others(name):
    target = named_target(name)
    points = np.array([[0.3, -0.8], [0.0, 0.5], [1.0, 1.0]])
    assert [float(target.density(point)) for point in points] == pytest.approx(
        target.density(points), rel=1e-14
    )


def test_uniform_is_constant():
    assert named_target("uniform").on_grid(GRID) == pytest.approx(np.full((41, 41), 0.25))


def test_gmm3_is_the_mixture_of_its_three_gaussians():
    parts = [((-0.5, -0.4), 0.15, 0.25), ((0.55, -0.3), 0.25, 0.35), ((0.0, 0.5), 0.2, 0.4)]

    def inside(mean, sd):
        return np.prod([np.diff(norm.cdf([-1.0, 1.0], m, sd)) for m in mean])

    mass = sum(weight * inside(mean, sd) for mean, sd, weight in parts)
    for point in [(-0.5, -0.4), (0.55, -0.3), (0.1, 0.2)]:
        mixture = sum(w * np.prod(norm.pdf(point, mean, sd)) for mean, sd, w in parts)
        # The trapezoid sum of step 0.01 is within 2e-5 of the integral (the walls cut the tails).
        assert float(named_target("gmm3").density(np.array(point))) == pytest.approx(
            0.98 * mixture / mass + 0.005, rel=1e-4
        )


@pytest.mark.parametrize(
    ("name", "peak", "elsewhere", "ratio"),
    [
        ("gmm4", (0.5, -0.5), (0.5, -0.32), np.exp(-0.5)),
        ("ring", (0.0, 0.6), (0.0, 0.7), np.exp(-0.5)),
        ("ring", (-0.6, 0.0), (0.0, 0.4), np.exp(-2.0)),
        ("banana", (0.0, -0.4), (0.0, -0.28), np.exp(-0.5)),
        ("banana", (0.0, -0.4), (0.45, 1.6 * (0.45**2 - 0.25)), np.exp(-0.5)),
        ("letter_E", (-0.5, 0.3), (-0.57, 0.3), np.exp(-0.5)),
        ("letter_E", (0.5, 0.7), (0.57, 0.7), np.exp(-0.5)),
        ("letter_E", (0.3, 0.0), (0.3, -0.14), np.exp(-2.0)),
        ("letter_E", (0.2, -0.7), (0.2, -0.84), np.exp(-2.0)),
    ],
)
def test_shapes_fall_off_as_their_formulas_say(name, peak, elsewhere, ratio):
    # The next peak of gmm4, 0.82 away, adds exp(-0.5 (0.82 / 0.18)^2) = 3.1e-5 at these points.
    assert unnormalised(name, *elsewhere) / unnormalised(name, *peak) == pytest.approx(
        ratio, rel=1e-4
    )


def test_letter_opens_to_the_right_and_its_middle_bar_is_the_shorter():
    assert unnormalised("letter_E", 0.5, 0.35) < 1e-3 < unnormalised("letter_E", -0.5, 0.35)
    assert unnormalised("letter_E", 0.5, 0.0) < 0.1 * unnormalised("letter_E", 0.5, 0.7)


def test_expfam_is_an_exponential_of_legendre_products_of_order_six():
    def log_shape(points):
        return np.log(named_target("expfam", 3).density(points) - 0.005)

    nodes = np.linspace(-1.0, 1.0, 15)
    x, y = np.meshgrid(nodes, nodes)
    products = np.polynomial.legendre.legvander2d(x.ravel(), y.ravel(), (6, 6))
    values = log_shape(np.stack([x, y], axis=-1)).ravel()
    theta, *_ = np.linalg.lstsq(products, values, rcond=None)
    assert products @ theta == pytest.approx(values, abs=1e-10)
    assert 0.1 < np.linalg.norm(theta[1:]) < 2.0


def test_expfam_depends_on_its_seed_alone():
    first, again, other = (named_target("expfam", seed).on_grid(GRID) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


@given(st.sampled_from(TARGET_NAMES), st.data())
def test_names_are_matched_whatever_the_case(name, data):
    typed = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in name)
    assert named_target(typed).name == name


@pytest.mark.parametrize(
    ("typed", "nearest"), [("gmmm4", "gmm4"), ("rings", "ring"), ("letterE", "letter_E")]
)
def test_unknown_name_lists_the_nearest(typed, nearest):
    with pytest.raises(UsageError, match=f"target='{typed}' is unknown: did you mean {nearest}"):
        named_target(typed)


def test_function_of_the_plane_becomes_a_normalised_target():
    target = target_from_function(lambda points: 7.0 * (1.0 + points[..., 1]), "ramp")
    assert target.name == "ramp"
    assert float(target.density(np.array([0.2, 1.0]))) == pytest.approx(0.98 * 0.5 + 0.005)


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda points: points[..., 0], "negative"),
        (lambda points: np.full(points.shape[:-1], np.nan), "not finite"),
        (lambda points: np.zeros(points.shape[:-1]), "zero all over"),
        (lambda points: points, "returned shape"),
        (lambda points: 1.0, "returned shape"),
    ],
)
def test_function_that_is_no_density_is_rejected(function, problem):
    with pytest.raises(UsageError, match=f"target='mine' .*{problem}"):
        target_from_function(function, "mine")


@every_name
def test_named_targets_survive_pickling(name):
    target = named_target(name)
    again = pickle.loads(pickle.dumps(target))
    assert np.array_equal(again.on_grid(GRID), target.on_grid(GRID))
