"""Places at the start: apart, inside, where they should be, and by the seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.spawn import (
    GAP,
    MOST_ROBOTS,
    START_NAMES,
    capacity,
    require_room,
    spawn,
)
from bildsim.obstacles.reading import obstacles_of


def spawned(start, count, radius=0.025, seed=0):
    return spawn(start, count, radius, np.random.default_rng(seed))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(START_NAMES),
    st.integers(1, 500),
    st.floats(0.02, 0.06),
    st.integers(0, 1000),
)
def test_robots_never_overlap_nor_leave_the_square(start, count, radius, seed):
    count = min(count, capacity(radius))
    poses = spawned(start, count, radius, seed)
    assert poses.shape == (count, 3)
    assert np.abs(poses[:, :2]).max() <= 1.0
    assert np.abs(poses[:, 2]).max() <= np.pi
    # Rounding of the lattice, far below the gap itself.
    assert pdist(poses[:, :2]).min(initial=9.0) >= (2.0 + GAP) * radius - 1e-12


@pytest.mark.parametrize("start", START_NAMES)
def test_a_full_arena_can_be_spawned(start):
    most = capacity(0.05)
    poses = spawned(start, most, 0.05)
    assert pdist(poses[:, :2]).min() >= (2.0 + GAP) * 0.05 - 1e-12


def test_capacity_is_near_the_density_of_the_hexagonal_packing():
    pitch = (2.0 + GAP) * 0.025
    # Centres fill the square; each owns the hexagon of its pitch, and the rim holds some more.
    assert capacity(0.025) == pytest.approx(
        (2.0 + pitch) ** 2 / (pitch**2 * np.sqrt(0.75)), rel=0.03
    )


def test_a_hundred_robots_fit_the_corner_square():
    poses = spawned("corner", 100)
    assert poses[:, :2].min() >= -1.0
    assert poses[:, :2].max() <= -0.4


def test_the_corner_grows_only_as_far_as_needed():
    few, many = spawned("corner", 300), spawned("corner", 900)
    assert -0.4 < few[:, :2].max() < many[:, :2].max() < 1.0
    # 300 hexagons of pitch 0.05125 m fill a square of side 0.83 m.
    assert few[:, :2].max() < -1.0 + 0.9


def test_centre_and_wrong_starts_lie_where_they_should():
    centre, wrong = spawned("centre", 100), spawned("wrong", 100)
    assert np.hypot(*centre[:, :2].T).max() <= 0.35
    assert np.hypot(*(wrong[:, :2] - 0.6).T).max() <= 0.375
    assert np.linalg.norm(wrong[:, :2].mean(axis=0) - 0.6) < 0.1


def test_uniform_starts_cover_the_square():
    x, y, _ = spawned("uniform", 400).T
    counts, *_ = np.histogram2d(x, y, bins=4, range=[[-1, 1], [-1, 1]])
    assert counts.min() > 8


@pytest.mark.parametrize("start", START_NAMES)
def test_the_seed_decides(start):
    np.testing.assert_array_equal(spawned(start, 150), spawned(start, 150))
    assert not np.array_equal(spawned(start, 150), spawned(start, 150, seed=1))


@pytest.mark.parametrize("count", [0, -3, 10**9])
def test_impossible_numbers_name_themselves_and_the_capacity(count):
    with pytest.raises(UsageError, match=rf"robots={count} .*1 to {capacity(0.025)}.*0\.025 m"):
        spawned("uniform", count)


def test_an_unknown_start_names_the_nearest():
    with pytest.raises(UsageError, match=r"start='cornr'.*corner"):
        spawned("cornr", 10)


def test_there_is_a_largest_swarm_whatever_the_radius():
    require_room(MOST_ROBOTS, 0.002)
    with pytest.raises(UsageError, match=rf"robots={MOST_ROBOTS + 1} .* 1 to {MOST_ROBOTS}, what"):
        require_room(MOST_ROBOTS + 1, 0.002)


@pytest.mark.parametrize("start", START_NAMES)
@pytest.mark.parametrize("count", [10, 300])
def test_robots_keep_off_obstacles(start, count):
    obstacles = obstacles_of("disc:-0.7,-0.7,0.2 disc:0,0,0.25 box:0.6,0.6,0.3,0.3,20")
    poses = spawn(start, count, 0.025, np.random.default_rng(0), obstacles)
    assert obstacles.clearance(poses[:, :2]).min() > 0.025
    assert np.abs(poses[:, :2]).max() <= 1.0
    distance, _ = cKDTree(poses[:, :2]).query(poses[:, :2], k=2)
    assert distance[:, 1].min() > 0.05


def test_more_than_fit_beside_an_obstacle_are_refused():
    with pytest.raises(
        UsageError, match=r"robots=1000 is not possible with obstacle='disc:0,0,0.9"
    ):
        spawn("uniform", 1000, 0.025, np.random.default_rng(0), obstacles_of("disc:0,0,0.9"))
