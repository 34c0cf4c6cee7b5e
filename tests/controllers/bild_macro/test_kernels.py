"""The compiled round against NumPy, in whatever ranges of robots it is done."""

import itertools

import numpy as np
import pytest

from bildsim.controllers.bild_macro import kernels as macro_kernels
from bildsim.controllers.bild_macro.algorithm import BildMacro, lazy_links
from bildsim.controllers.bild_macro.kernels import Fields
from bildsim.controllers.bild_macro.settings import WASSERSTEIN, MacroSettings
from bildsim.density.kernels import Evaluation
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

ROBOTS, SETTINGS = 21, MacroSettings(y_spread=0.5, curvature="tracked")
FAMILY = LegendreFamily(3, 0.1)
TARGET = np.log(named_target("gmm3").on_grid(FAMILY.grid))


def world(settings=SETTINGS, seed=0):
    """Return an algorithm, what its robots hold after two rounds, links, and new phi(x_i)."""
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-1.0, 1.0, (ROBOTS, 2))
    network = build_network(NetworkSpec.parse("er:0.3"), positions, rng)
    algorithm = BildMacro(FAMILY, TARGET, settings)
    y = settings.y_spread * rng.standard_normal((ROBOTS, FAMILY.size))
    state = algorithm.advance(algorithm.init(positions, y), positions, network, 2)
    moved = FAMILY.statistics(rng.uniform(-1.0, 1.0, (ROBOTS, 2)))
    return algorithm, state.fields, lazy_links(network, settings.laziness), moved


def dense(links):
    matrix = np.zeros((ROBOTS, ROBOTS))
    rows = np.repeat(np.arange(ROBOTS), np.diff(links.indptr))
    matrix[rows, links.indices] = links.weights
    return matrix


def played(old, links, statistics, gamma_y, bounds):
    """Return the new fields and grad f after a round that is done range by range."""
    new = Fields(*(np.full_like(field, np.nan) for field in old))
    mean, gradient = np.full((2, *statistics.shape), np.nan)
    scalars, nothing = np.full((2, ROBOTS), np.nan), np.empty((0, 0))
    step = np.minimum(gamma_y, 0.5 / old.norm)
    result = Evaluation(scalars[0], mean, new.moments, nothing, scalars[1], gradient)
    for first, last in bounds:
        macro_kernels.round_pass(
            first,
            last,
            links,
            old,
            new,
            statistics,
            step,
            old.r,
            1e-4,
            TARGET,
            result,
            FAMILY.tables,
        )
    return new, gradient


@pytest.mark.parametrize("gamma_y", [0.0, 0.01, 2.0])
def test_a_round_is_that_of_the_equations(gamma_y):
    _, old, links, statistics = world()
    new, gradient = played(old, links, statistics, gamma_y, [(0, ROBOTS)])
    mixing = dense(links)
    step = np.minimum(gamma_y, 0.5 / old.norm)
    y = mixing @ old.y - step[:, None] * old.r
    found = FAMILY.evaluate(y, TARGET, moments=True)
    slope = found.mean - statistics + 1e-4 * y
    ridge = 1e-4 * np.eye(FAMILY.size)
    hessian = FAMILY.unpack(found.covariance) + ridge
    before = FAMILY.unpack(FAMILY.evaluate(old.y).covariance) + ridge
    q = FAMILY.unpack(mixing @ old.q) + hessian - before
    expected = {
        "y": y,
        "r": mixing @ old.r + slope - old.slope,
        "slope": slope,
        "moments": found.moments,
        "norm": np.linalg.norm(hessian, axis=(1, 2)),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(new, name), value, rtol=0, atol=1e-13)
    np.testing.assert_allclose(FAMILY.unpack(new.q), q, rtol=0, atol=1e-13)
    np.testing.assert_allclose(gradient, found.gradient, rtol=0, atol=1e-13)


@pytest.mark.parametrize("cuts", [[8], [8, 16], [5], [1, 2, 20]])
def test_ranges_of_robots_change_no_bit(cuts):
    _, old, links, statistics = world()
    whole, gradient = played(old, links, statistics, 2.0, [(0, ROBOTS)])
    edges = [0, *cuts, ROBOTS]
    bounds = list(itertools.pairwise(edges))
    parted, other = played(old, links, statistics, 2.0, bounds[::-1])
    for one, another in zip((*whole, gradient), (*parted, other), strict=True):
        assert one.tobytes() == another.tobytes()


def test_no_hessians_are_tracked_where_nobody_asks_for_them():
    _, old, links, statistics = world(WASSERSTEIN)
    assert old.q.shape == (ROBOTS, 0)
    new, _ = played(old, links, statistics, 2.0, [(0, ROBOTS)])
    assert new.q.shape == (ROBOTS, 0)
    assert all(np.isfinite(field).all() for field in new)
    hessian = FAMILY.unpack(FAMILY.evaluate(new.y).covariance) + 1e-4 * np.eye(FAMILY.size)
    np.testing.assert_allclose(new.norm, np.linalg.norm(hessian, axis=(1, 2)), rtol=1e-12)


@pytest.mark.parametrize("width", [1, 7, 8, 9, 31, 32, 33, 64, 77])
def test_mixing_adds_the_neighbours_share_in_every_column(width):
    """Columns go in strips of 32, then in eights, then one by one."""
    _, _, links, _ = world()
    rng = np.random.default_rng(width)
    old, new = rng.standard_normal((2, ROBOTS, width))
    expected = new + dense(links) @ old
    some = new.copy()
    macro_kernels._mix(0, ROBOTS, links, old, new)
    np.testing.assert_allclose(new, expected, rtol=0, atol=1e-14)
    macro_kernels._mix(4, 9, links, old, some)
    assert some[4:9].tobytes() == new[4:9].tobytes()
    assert (some[:4] != new[:4]).any()
    assert (some[9:] != new[9:]).any()


def test_means_are_moments_of_low_degree():
    _, fields, _, _ = world()
    np.testing.assert_allclose(fields.mean, FAMILY.evaluate(fields.y).mean, rtol=0, atol=1e-14)
