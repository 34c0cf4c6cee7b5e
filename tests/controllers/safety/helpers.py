"""What the tests of collision avoidance share."""

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from bildsim.controllers.safety.registry import SAFETY_NAMES, make_safety
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import make_dynamics
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
METHODS = SAFETY_NAMES[1:]
SEEDS = st.integers(0, 2**32 - 1)
both = pytest.mark.parametrize("name", METHODS)


def crowd(seed, robots=30, side=0.5):
    """Poses without overlap in a square, velocities and wishes."""
    rng = np.random.default_rng(seed)
    places = np.empty((0, 2))
    while len(places) < robots:
        place = rng.uniform(-side, side, (1, 2))
        if not len(places) or cdist(place, places).min() > 2.0 * ROBOT.radius + 0.005:
            places = np.vstack([places, place])
    velocities, wanted = rng.normal(0.0, 0.1, (2, robots, 2))
    return np.column_stack([places, rng.uniform(-np.pi, np.pi, robots)]), velocities, wanted


def circle(robots, radius=0.6):
    angle = 2.0 * np.pi * np.arange(robots) / robots
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), angle + np.pi])


def swap(poses, method, seconds, dynamics="kinematic"):
    """Send all to the opposite places; return least gap, deepest overlap, touches, way left.

    The method of collision avoidance may be given by its name.
    """
    if isinstance(method, str):
        method = make_safety(method, ROBOT)
    arena = make_dynamics(dynamics, ROBOT, poses)
    driver = Driver(ROBOT, 12.0, method)
    goals, gap, overlap, touches = -poses[:, :2], np.inf, 0.0, 0
    for _ in range(round(10 * seconds)):
        here = arena.poses()[:, :2]
        way = goals - here
        length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-12)
        driver.drive(arena, here + way * np.minimum(1.0, 0.02 / length))
        contacts = arena.contacts()
        overlap, touches = max(overlap, contacts.max_overlap), touches + len(contacts.pairs)
        apart = cdist(here, here)[~np.eye(len(here), dtype=bool)]
        gap = min(gap, apart.min() - 2.0 * ROBOT.radius)
    left = np.linalg.norm(goals - arena.poses()[:, :2], axis=1)
    arena.close()
    return gap, overlap, touches, left
