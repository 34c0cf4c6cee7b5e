"""What the compiled fit reads."""

import numpy as np

from bildsim.density import fit_tables
from bildsim.density.legendre_family import LegendreFamily
from bildsim.numerics.lanes import WIDTH


def test_rows_become_groups_of_eight_with_zeros_behind():
    rows = np.arange(22.0).reshape(2, 11)
    found = fit_tables.in_groups(rows)
    assert found.shape == (4, WIDTH)
    assert found.ctypes.data % 64 == 0
    np.testing.assert_array_equal(found.reshape(2, 16)[:, :11], rows)
    assert not found.reshape(2, 16)[:, 11:].any()


def test_a_folded_target_and_a_folded_density_have_the_sum_of_the_plain_ones():
    rng = np.random.default_rng(0)
    for step in (0.1, 2 / 9):
        grid = LegendreFamily(2, step).grid
        target, density = rng.normal(size=(2, grid.size, grid.size))
        half, size = (grid.size + 1) // 2, grid.size
        weighted = density * grid.weights[:, None]
        weighted[size // 2] *= 0.5 if size % 2 else 1.0
        sums = weighted[:half] + weighted[::-1][:half]
        differences = (weighted[:half] - weighted[::-1][:half])[: size - half][::-1]
        folded = fit_tables.in_groups(np.concatenate([sums, differences]))
        total = (folded * fit_tables.folded_target(target, grid)).sum()
        np.testing.assert_allclose(total, grid.integrate(density * target), rtol=1e-12)


def test_the_constants_of_a_family():
    family = LegendreFamily(3, 0.1)
    tables = fit_tables.fit_tables(3, family.grid, family.degrees)
    a, b = family.degrees.T
    np.testing.assert_array_equal(tables.place, 4 * b + a)
    np.testing.assert_array_equal(tables.mean, 8 * b + a)
    # Of P_1 P_1 = 1/3 P_0 + 2/3 P_2: f by f, b by b, eight numbers for the four polynomials.
    products = tables.products.reshape(7, 4, 8)
    np.testing.assert_allclose(products[:, 1, 1], [1 / 3, 0, 2 / 3, 0, 0, 0, 0], atol=1e-15)
    assert not products[:, :, 4:].any()
    place = [*map(tuple, tables.factors)].index((1, 1))
    np.testing.assert_array_equal(tables.coefficients[place], products[:, 1, 1])
    np.testing.assert_allclose(tables.fold.sum(), 1.0)
