"""What fixes tell: the statistics of each error, and draws that do not depend on other errors."""

import numpy as np
import pytest

from bildsim.envs.localisation.errors import LocalisationErrors
from bildsim.envs.localisation.fixes import Fixes
from tests.envs.localisation.helpers import poses, turned

TRUE = poses(4000)


def fixes(seed=1, robots=4000, **errors):
    return Fixes(LocalisationErrors(**errors), robots, np.random.default_rng(seed))


def test_headings_have_noise_and_a_bias_that_stays():
    made = fixes(heading_noise=0.1, heading_bias=0.2)
    errors = [turned(made.of(TRUE)[:, 2] - TRUE[:, 2]) for _ in range(60)]
    bias = np.mean(errors, axis=0)
    assert bias.std() == pytest.approx(0.2, rel=0.05)
    assert (np.array(errors) - bias).std() == pytest.approx(0.1, rel=0.05)
    assert np.abs(made.of(TRUE)[:, 2]).max() <= np.pi


def test_headings_without_errors_are_the_true_ones_to_the_bit():
    np.testing.assert_array_equal(fixes(position_noise=0.1).of(TRUE)[:, 2], TRUE[:, 2])


def test_outliers_have_their_share_and_their_size():
    off = (fixes(outliers=0.2, outlier_size=0.3).of(TRUE) - TRUE)[:, :2]
    far = np.abs(off).max(axis=1) > 1e-9
    assert far.mean() == pytest.approx(0.2, abs=0.02)
    assert off[far].std() == pytest.approx(0.3, rel=0.05)


def test_who_is_an_outlier_is_drawn_for_every_fix():
    made = fixes(outliers=0.5)
    far = [np.abs((made.of(TRUE) - TRUE)[:, :2]).max(axis=1) > 1e-9 for _ in "ab"]
    assert (far[0] & far[1]).mean() == pytest.approx(0.25, abs=0.03)


def test_a_bias_over_the_place_is_the_same_for_all_robots():
    made = fixes(place_bias=0.05)
    here = np.tile([[0.3, -0.4, 1.0]], (4000, 1))
    off = (made.of(here) - here)[:, :2]
    assert np.ptp(off, axis=0).max() < 1e-12
    assert np.abs(off).max() > 1e-3


def test_the_size_of_one_error_changes_no_draw_of_another():
    some = {"position_noise": 0.02, "position_bias": 0.01, "heading_noise": 0.05}
    alone = fixes(**some)
    beside = fixes(**some, outliers=1e-9, place_bias=1e-9, heading_bias=1e-9)
    for _ in range(3):
        np.testing.assert_array_equal(alone.dropped(4000), beside.dropped(4000))
        np.testing.assert_allclose(alone.of(TRUE), beside.of(TRUE), atol=1e-7)


def test_a_state_goes_on_to_the_same_draws():
    kinds = {"position_noise": 0.1, "heading_noise": 0.1, "outliers": 0.3, "place_bias": 0.1}
    made, other = fixes(**kinds), fixes(seed=9, **kinds)
    made.of(TRUE)
    other.restore(made.snapshot())
    np.testing.assert_array_equal(made.of(TRUE), other.of(TRUE))
    np.testing.assert_array_equal(made.dropped(4000), other.dropped(4000))


def test_errors_are_in_metres_whatever_the_unit_of_places_is():
    errors = LocalisationErrors(
        position_noise=0.1, position_bias=0.2, outliers=0.3, outlier_size=0.4, place_bias=0.1
    )
    usual, inside = (Fixes(errors, 4000, np.random.default_rng(1), unit) for unit in (1.0, 4.0))
    far, near = usual.of(TRUE)[:, :2] - TRUE[:, :2], inside.of(TRUE)[:, :2] - TRUE[:, :2]
    assert np.abs(far).max() > 0.5
    np.testing.assert_allclose(4.0 * near, far, atol=1e-12)
