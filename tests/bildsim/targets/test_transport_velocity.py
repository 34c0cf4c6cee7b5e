"""The velocity field of a moving density: conservation, known flows, and robots that ride it."""

import numpy as np
import pytest

from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.targets.moving_target import target_by_name
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import named_target
from bildsim.targets.transport_velocity import VelocityField, transport_velocity


def field(course, time_s, count=50, step=0.1):
    cells = [PointMasses.of(course.at(moment), count) for moment in (time_s, time_s + step)]
    return transport_velocity(*cells, step), cells


def test_every_cell_gains_what_it_must():
    """Fluxes through the faces of each cell add up to the change of its mass."""
    course = target_by_name("split", speed=0.2)
    found, (before, after) = field(course, 1.0, count=20)
    middle, size = 0.5 * (before.masses + after.masses), 0.1
    across = np.pad(0.5 * (middle[:, 1:] + middle[:, :-1]), ((0, 0), (1, 1))) * found.across
    along = np.pad(0.5 * (middle[1:] + middle[:-1]), ((1, 1), (0, 0))) * found.along
    outflow = (np.diff(across, axis=1) + np.diff(along, axis=0)) / size
    np.testing.assert_allclose(-outflow, (after.masses - before.masses) / 0.1, atol=1e-12)


def test_it_is_a_gradient():
    found, _ = field(target_by_name("split", speed=0.2), 1.0, count=20)
    turn = np.diff(found.along[1:-1], axis=1) - np.diff(found.across[:, 1:-1], axis=0)
    assert np.abs(turn).max() < 1e-9


def test_a_gaussian_that_moves_carries_all_near_it_at_its_speed():
    course, speed = target_by_name("moving_gauss", speed=0.1), 0.1
    for time_s in (0.0, 4.0, 9.7):
        found, _ = field(course, time_s)
        angle = 0.2 * (time_s + 0.05)
        middle = 0.5 * np.array([np.cos(angle), np.sin(angle)])
        offsets = 0.25 * np.random.default_rng(0).uniform(-1.0, 1.0, (50, 2))
        velocity = found.at(middle + offsets)
        expected = speed * np.array([-np.sin(angle), np.cos(angle)])
        assert np.abs(velocity - expected).max() < 0.07 * speed


def test_nothing_moves_where_nothing_changes():
    found, _ = field(named_target("gmm3"), 3.0)
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (30, 2))
    assert (found.at(points) == 0.0).all()


def test_nothing_flows_through_the_walls():
    found, _ = field(target_by_name("moving_gauss"), 0.0)
    walls = np.array([[-1.0, 0.3], [1.0, -0.2], [0.1, -1.0], [0.6, 1.0]])
    velocity = found.at(walls)
    assert (velocity[:2, 0] == 0.0).all()
    assert (velocity[2:, 1] == 0.0).all()


def test_between_faces_it_is_linear():
    """A field with u = x y - stored on its faces is returned at any inner point."""
    count = 10
    faces, centres = np.linspace(-1, 1, count + 1), np.arange(1 - count, count, 2) / count
    found = VelocityField(np.outer(centres, faces), np.outer(faces, -centres))
    points = np.random.default_rng(1).uniform(-0.9, 0.9, (40, 2))
    product = points[:, 0] * points[:, 1]
    np.testing.assert_allclose(found.at(points), np.stack([product, -product], 1), atol=1e-12)


@pytest.mark.parametrize(("name", "seconds"), [("moving_gauss", 6.0), ("split", 5.0)])
def test_a_swarm_that_only_rides_keeps_the_density(name, seconds):
    """Robots drawn from p*(0) that move by v alone are, at any time, like draws from p*(t)."""
    course = target_by_name(name, speed=0.1)
    positions = Sampler(course.at(0.0)).draw(2000, np.random.default_rng(0))
    start = PositionMetrics.of(course.at(0.0)).energy_distance(positions)
    left_behind = PositionMetrics.of(course.at(seconds)).energy_distance(positions)
    for tick in range(round(10 * seconds)):
        found, _ = field(course, 0.1 * tick)
        positions = np.clip(positions + 0.1 * found.at(positions), -1.0, 1.0)
    carried = PositionMetrics.of(course.at(seconds)).energy_distance(positions)
    assert carried < 3.0 * start
    assert carried < 0.02 * left_behind
