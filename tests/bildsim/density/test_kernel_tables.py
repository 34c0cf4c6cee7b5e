"""The constants of a family as the kernels read them."""

import numba
import numpy as np
import pytest
from numpy.polynomial import legendre

from bildsim.density.kernel_tables import axis_size, workspace
from bildsim.density.legendre_family import LegendreFamily


@pytest.mark.parametrize("order", [1, 3, 6])
def test_tables(order):
    family = LegendreFamily(order)
    tables, size = family.tables, order + 1
    np.testing.assert_allclose(
        tables.polynomials, legendre.legvander(family.grid.nodes, 2 * order), atol=1e-13
    )
    assert axis_size(tables) == size
    assert len(tables.products) == len(tables.factors) == size * (size + 1) // 2
    for (a, b), sums in zip(tables.factors, tables.products, strict=True):
        product = legendre.legmul(np.eye(size)[a], np.eye(size)[b])
        np.testing.assert_allclose(sums[: len(product)], product, atol=1e-14)
    assert len(tables.second) == family.packed_size
    np.testing.assert_array_equal(
        np.column_stack([tables.degree_x, tables.degree_y]), family.degrees
    )


def test_every_node_is_folded_onto_its_mirror_image_once():
    """Odd numbers of nodes have one of their own image, whose weight is halved."""
    family = LegendreFamily(2)
    nodes = family.grid.size
    assert nodes % 2 == 1
    folded = family.tables.fold
    assert 2.0 * folded.sum() == pytest.approx(family.grid.weights.sum())


@numba.njit
def scratch_arrays(tables):
    return workspace(tables)


def test_scratch_is_eight_robots_wide():
    tables = LegendreFamily(3).tables
    work = scratch_arrays(tables)
    assert all(array.shape[1] == 8 for array in work)
    assert len(work.packed) == len(tables.second)
