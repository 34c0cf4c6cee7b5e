"""Moments of one density, its Hessian and its third derivative, against sums over the grid."""

import numba
import numpy as np
import pytest

from bildsim.density import fit_moments
from bildsim.density.fit_tables import fit_tables, folded_target
from bildsim.density.legendre_family import LegendreFamily
from bildsim.numerics.cholesky import groups
from bildsim.numerics.lanes import element


@numba.njit(error_model="numpy")
def found(y, step, shift, ridge, log_target, tables):
    """Return E[phi], Cov[phi] + ridge I, E[phi (step . phi - shift)^2] and E[ln p*] under y."""
    along, statistics = tables.along, len(y)
    nodes, degrees = along.shape
    size, wide, long = (degrees + 1) // 2, groups(nodes), groups(degrees)
    square, padded = size * groups(size), groups(statistics)
    coefficients, rows = fit_moments.zeros(groups(size * size)), fit_moments.zeros(size * wide)
    grid, tilt = fit_moments.zeros(nodes * wide), fit_moments.zeros(nodes * wide)
    half, moments = fit_moments.zeros(degrees * wide), fit_moments.zeros(degrees * long)
    partial, second = (
        fit_moments.zeros(degrees * square),
        fit_moments.zeros(len(tables.factors) * square),
    )
    hessian, means = fit_moments.zeros(statistics * padded + 1), fit_moments.zeros(padded)
    coefficient, mean = coefficients.reshape(-1), means.reshape(-1)
    for k in range(statistics):
        coefficient[tables.place[k]] = y[k]
    peak = fit_moments.fill_exponent(coefficients, along, tables.across, rows, grid)
    fit_moments.fill_density(peak, tables.fold, grid, nodes)
    fit_moments.contract(0, size, grid, along, tables.weighted, half, moments)
    mass = moments[0, 0]
    for k in range(statistics):
        mean[k] = element(moments, tables.mean[k]) / mass
    fit_moments.contract(size, degrees, grid, along, tables.weighted, half, moments)
    fit_moments.second_moments(moments, tables, partial, second)
    fit_moments.fill_hessian(second, means, ridge, size, hessian)
    expected = fit_moments.expectation(log_target, grid) / mass
    for k in range(statistics):
        coefficient[tables.place[k]] = step[k]
    coefficient[0] = -shift
    fit_moments.fill_exponent(coefficients, along, tables.across, rows, tilt)
    fit_moments.weigh(grid, tilt, nodes)
    fit_moments.contract(0, size, tilt, along, tables.weighted, half, moments)
    third = np.empty(statistics)
    for k in range(statistics):
        third[k] = element(moments, tables.mean[k]) / mass
    return mean[:statistics].copy(), hessian, third, expected, peak + np.log(mass)


@pytest.mark.parametrize(
    ("order", "step"), [(1, 0.25), (2, 0.1), (3, 2 / 9), (6, 0.05), (7, 0.04), (12, 0.05)]
)
def test_they_are_sums_over_the_grid(order, step):
    family, rng, ridge, shift = LegendreFamily(order, step), np.random.default_rng(order), 0.5, 0.3
    y, along = rng.normal(size=(2, family.size))
    log_target = rng.normal(size=(family.grid.size,) * 2)
    tables = fit_tables(order, family.grid, family.degrees)
    target = folded_target(log_target, family.grid)
    mean, hessian, third, expected, log_mass = found(y, along, shift, ridge, target, tables)

    phi = family.statistics(family.grid.points).reshape(-1, family.size)
    weights = np.exp(phi @ y) * np.ravel(family.grid.area_weights)
    density = weights / weights.sum()
    np.testing.assert_allclose(log_mass, np.log(weights.sum()), rtol=1e-13)
    np.testing.assert_allclose(mean, phi.T @ density, atol=1e-13)
    np.testing.assert_allclose(expected, density @ log_target.ravel(), atol=1e-13)
    tilt = density * (phi @ along - shift) ** 2
    np.testing.assert_allclose(third, phi.T @ tilt, rtol=1e-12, atol=1e-12)
    covariance = (phi * density[:, None]).T @ phi - np.outer(mean, mean) + ridge * np.eye(len(y))
    rows = hessian[:-1].reshape(family.size, -1)
    np.testing.assert_allclose(np.triu(rows[:, : len(y)]), np.triu(covariance), atol=1e-13)
    assert not rows[:, len(y) :].any()
