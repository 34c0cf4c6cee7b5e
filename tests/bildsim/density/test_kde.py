"""Kernel density estimates whose kernels are reflected at the walls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from bildsim.density import kde


@given(st.integers(1, 100_000))
def test_bandwidths_shrink_with_the_sixth_root_of_the_number(robots):
    found = kde.standard_bandwidth(robots)
    assert found**6 * robots == pytest.approx(0.12**6 * 100.0, rel=1e-9)
    assert kde.scaled_bandwidth(0.24, robots) == pytest.approx(2.0 * found)


@given(h=st.floats(0.05, 0.3), x=st.floats(-1.0, 1.0))
def test_reflected_kernel_keeps_its_mass_inside(h, x):
    at = (np.arange(400) + 0.5) / 200.0 - 1.0
    column = kde.reflected_kernel(at, np.array([x]), h)
    assert column.sum() / 200.0 == pytest.approx(1.0, abs=1e-8)


def test_reflected_kernel_is_a_gaussian_folded_at_the_walls():
    at, x, h = np.array([-0.97, 0.2, 0.99]), np.array([0.9, -0.95]), 0.12
    expected = [[norm.pdf([u, 2.0 - u, -2.0 - u], centre, h).sum() for centre in x] for u in at]
    assert kde.reflected_kernel(at, x, h) == pytest.approx(np.array(expected), rel=1e-12)


def test_density_estimate_is_the_mean_of_the_kernels_and_has_y_along_the_rows():
    positions = np.array([[0.5, -0.9], [0.1, 0.0], [-1.0, 0.8]])
    at = np.array([-0.9, 0.0, 0.4])
    estimate = kde.reflected_kde(at, positions, 0.2)
    for i, y in enumerate(at):
        for j, x in enumerate(at):
            kernels = [
                kde.reflected_kernel(np.array([x]), position[:1], 0.2).item()
                * kde.reflected_kernel(np.array([y]), position[1:], 0.2).item()
                for position in positions
            ]
            assert estimate[i, j] == pytest.approx(np.mean(kernels), rel=1e-12)
