"""A robot's figures: the reference robot's scale, a described one's follow from what is given."""

import pytest

from bildsim.envs.robots.body import (
    caster_reach,
    described_body,
    reference_body,
    reference_body_in,
)

USUAL = {"radius": 0.05, "mass": 0.3, "wheel_radius": 0.02, "track_width": 0.08}


def test_the_reference_robot_at_its_own_size():
    body = reference_body(0.03)
    assert body.mass == pytest.approx(0.112)
    assert body.handle == body.near_handle == body.axle_offset == 0.008
    assert body.pushed_mass == 0.5 * body.mass
    assert body.steady == body


def test_a_description_with_the_reference_figures_comes_to_the_reference_robot():
    known = reference_body(0.03)
    body = described_body(
        0.03, 0.112, 0.0125, 0.045, axle_offset=0.008, handle=0.008, torque=2.5e-3, height=0.022
    )
    for name in ("body_mass", "body_inertia", "wheel_mass", "wheel_inertia", "caster_mass"):
        assert getattr(body, name) == pytest.approx(getattr(known, name)), name
    assert body.mass == pytest.approx(known.mass)
    assert (body.handle, body.near_handle) == (0.008, 0.008)
    # Halfway between going straight and turning; the robot was made so that both are alike.
    assert body.pushed_mass == pytest.approx(known.pushed_mass, rel=0.05)
    assert described_body(0.03, 0.112, 0.0125, 0.045).own_torque == pytest.approx(2.5e-3, rel=0.1)


def test_all_parts_together_have_the_mass_that_was_given():
    assert described_body(**USUAL).mass == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("offset", "handle", "far", "near"),
    [
        (0.0, None, 0.025, 0.00625),
        (0.01, None, 0.025, 0.01),
        (0.03, None, 0.03, 0.03),
        (-0.01, None, -0.025, -0.01),
        (0.0, 0.05, 0.05, 0.00625),
        (0.0, -0.05, -0.05, -0.00625),
        (0.0, 0.003, 0.003, 0.003),
        (0.01, 0.005, 0.005, 0.005),
    ],
)
def test_the_tracked_point_is_on_the_centres_side_of_the_axle(offset, handle, far, near):
    body = described_body(**USUAL, axle_offset=offset, handle=handle)
    assert (body.handle, body.near_handle) == pytest.approx((far, near))
    assert body.steady.near_handle == body.handle


def test_inertia_counts_for_what_a_wheel_pushes():
    light, heavy = (described_body(**USUAL, inertia=value) for value in (1e-4, 1e-3))
    assert heavy.pushed_mass > light.pushed_mass
    assert heavy.body_inertia[2] == 1e-3
    assert heavy.body_inertia[:2] == light.body_inertia[:2]


def test_motors_do_what_their_drivers_ask_of_them():
    body = described_body(**USUAL, acceleration=10.0)
    rim_mass = body.pushed_mass + body.wheel_inertia[1] / body.wheel_radius**2
    assert body.own_torque / body.wheel_radius / rim_mass == pytest.approx(15.0)
    assert described_body(**USUAL, torque=0.02).own_torque == 0.02


def test_weight_rests_on_the_wheels_where_the_axle_passes_through_the_centre():
    first, second = described_body(**USUAL).levers
    assert first == second == caster_reach(described_body(**USUAL)) == pytest.approx(0.035)
    carried, whole = described_body(**USUAL, axle_offset=-0.015).levers
    assert carried / whole == pytest.approx(0.7)


def test_in_other_units_a_body_has_its_mass_and_its_motors_do_what_they_did():
    body = reference_body(0.03)
    smaller = body.in_units(4.0)
    assert smaller.mass == body.mass
    assert smaller.track_width == body.track_width / 4.0
    assert smaller.body_inertia[2] == body.body_inertia[2] / 16.0
    # Torque over lever and mass is an acceleration, of which a metre is a quarter.
    before = body.own_torque / body.wheel_radius / body.pushed_mass
    assert smaller.own_torque / smaller.wheel_radius / smaller.pushed_mass == before / 4.0
    assert smaller.in_units(0.25) == body


def test_the_reference_robot_in_metres_is_the_same_object():
    assert reference_body_in(0.03, 1.0) is reference_body(0.03)
    assert reference_body_in(0.0075, 4.0) == reference_body(0.03).in_units(4.0)
