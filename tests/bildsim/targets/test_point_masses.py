"""A target in equal cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import TARGET_NAMES, named_target, target_from_function


@settings(deadline=None)
@given(st.sampled_from(TARGET_NAMES), st.integers(1, 30))
def test_shares_add_up_to_one(name, count):
    cells = PointMasses.of(named_target(name), count)
    assert cells.masses.shape == (count, count)
    assert cells.masses.sum() == pytest.approx(1.0, abs=1e-12)
    assert (cells.masses > 0.0).all()


@given(st.integers(1, 50))
def test_centres_tile_the_square(count):
    cells = PointMasses(np.full((count, count), 1.0 / count**2))
    edges = np.concatenate([cells.centres - 1.0 / count, [cells.centres[-1] + 1.0 / count]])
    np.testing.assert_allclose(edges, np.linspace(-1.0, 1.0, count + 1), atol=1e-12)


def test_points_are_in_the_order_of_the_masses():
    """A target that is dense at the right: large x, any y."""
    right = target_from_function(lambda points: 2.0 + np.tanh(9.0 * points[..., 0]))
    cells = PointMasses.of(right, 6)
    mean = cells.masses.ravel() @ cells.points
    assert mean[0] > 0.1
    assert mean[1] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(cells.masses, np.tile(cells.masses[0], (6, 1)), atol=1e-15)
