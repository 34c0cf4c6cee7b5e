"""Targets that move: where they are, that their mass stays, and what is refused."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.moving_target import (
    MOVING_NAMES,
    MovingTarget,
    moving_target_from_function,
    target_by_name,
)
from bildsim.targets.target import TARGET_NAMES, Target, named_target

FINE = Grid(0.01)


def mean_of(target):
    """Return the mean position (x, y) of the part of p* that is not uniform."""
    moving = FINE.integrate(
        np.moveaxis(FINE.points * target.density(FINE.points)[..., None], -1, 0)
    )
    return moving / 0.98


@settings(deadline=None, max_examples=40)
@given(st.floats(0.0, 1e3), st.floats(0.01, 1.0))
def test_the_gaussian_goes_round_at_its_speed(time_s, speed):
    target = target_by_name("moving_gauss", speed=speed).at(time_s)
    middle = 0.5 * np.array([math.cos(2 * speed * time_s), math.sin(2 * speed * time_s)])
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (20, 2))
    bell = np.exp(-np.sum((points - middle) ** 2, axis=1) / (2 * 0.04))
    bells = np.exp(-np.sum((FINE.points - middle) ** 2, axis=-1) / (2 * 0.04))
    expected = 0.98 * bell / FINE.integrate(bells) + 0.005
    assert target.density(points) == pytest.approx(expected, rel=1e-5)


def test_the_centre_moves_at_the_speed_that_is_asked_for():
    course = target_by_name("moving_gauss", speed=0.3)
    # Walls cut a little off the Gaussian, so its middle of mass is only nearly its centre.
    moved = np.hypot(*(mean_of(course.at(1.01)) - mean_of(course.at(0.99))))
    assert moved / 0.02 == pytest.approx(0.3, rel=0.03)


def test_one_gaussian_parts_into_two_that_come_to_rest():
    course = target_by_name("split", speed=0.1)
    points = np.array([[0.0, 0.0], [0.25, 0.0], [-0.25, 0.1], [0.5, 0.0]])

    def shape(x):
        return sum(np.exp(-((points[:, 0] - c) ** 2 + points[:, 1] ** 2) / 0.08) for c in (-x, x))

    for time_s, x in ((0.0, 0.0), (2.5, 0.25), (5.0, 0.5), (80.0, 0.5)):
        density = course.at(time_s).density(points) - 0.005
        assert density / density[0] == pytest.approx(shape(x) / shape(x)[0])
    assert course.at(5.0) is course.at(80.0)


def test_the_switch_is_at_its_time_or_halfway():
    for options, moment in (({"duration_s": 8.0}, 4.0), ({"time_s": 3.0}, 3.0)):
        course = target_by_name("switch", **options)
        points = FINE.points[::20, ::20]
        before, after = course.at(moment - 0.01), course.at(moment - 1e-12)
        assert (before.density(points) == named_target("gmm3").density(points)).all()
        assert (after.density(points) == named_target("ring").density(points)).all()
        assert course.at(moment) is course.at(moment + 50.0)


@pytest.mark.parametrize("name", MOVING_NAMES)
@pytest.mark.parametrize("time_s", [0.0, 7.3, 29.9, 61.0])
def test_mass_stays_one(name, time_s):
    target = target_by_name(name).at(time_s)
    assert float(FINE.integrate(target.density(FINE.points))) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("name", MOVING_NAMES)
def test_moving_targets_survive_pickling(name):
    course = target_by_name(name)
    again = pickle.loads(pickle.dumps(course))
    points = FINE.points[::25, ::25]
    for time_s in (0.0, 12.3, 45.0):
        assert (again.at(time_s).density(points) == course.at(time_s).density(points)).all()


@pytest.mark.parametrize("name", TARGET_NAMES)
def test_targets_at_rest_are_what_they_were(name):
    target = target_by_name(name.upper(), seed=3)
    assert isinstance(target, Target)
    assert target.at(0.0) is target.at(17.0) is target
    expected = named_target(name, 3).on_grid(Grid(0.1))
    np.testing.assert_array_equal(target.on_grid(Grid(0.1)), expected)


def test_any_function_of_place_and_time():
    course = moving_target_from_function(lambda points, time_s: 1.0 + time_s * points[..., 0] ** 2)
    assert isinstance(course, MovingTarget)
    points = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert course.at(0.0).density(points) == pytest.approx([0.25, 0.25])
    low, high = course.at(3.0).density(points) - 0.005
    assert high / low == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("moving_gaus", {}, "did you mean moving_gauss"),
        ("zzz", {}, "uniform, gmm3.*switch"),
        ("moving_gauss", {"speed": 0.0}, "target_speed=0 is out of range: above 0, at most 10"),
        ("split", {"speed": math.nan}, "target_speed=nan is out of range"),
        ("split", {"speed": 11.0}, "target_speed=11 is out of range"),
        ("switch", {"time_s": -1.0}, "target_time=-1 is out of range"),
        ("switch", {"time_s": math.inf}, "target_time=inf is out of range"),
        ("switch", {"speed": 0.1}, "target_speed=0.1 means nothing for target='switch'"),
        ("gmm3", {"speed": 0.1}, "means nothing for target='gmm3': it is for moving_gauss and spl"),
        ("moving_gauss", {"time_s": 3.0}, "target_time=3 means nothing"),
    ],
)
def test_what_is_refused(name, options, words):
    with pytest.raises(UsageError, match=words):
        target_by_name(name, **options)
