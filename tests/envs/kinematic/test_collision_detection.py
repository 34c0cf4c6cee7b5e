"""Contact rows, against a comparison of all pairs."""

import numpy as np
import pytest

from bildsim.envs.kinematic.cell_list import make_cells, sort_into_cells
from bildsim.envs.kinematic.collision_detection import WALLS, find_pairs, find_walls, make_rows


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_those_of_a_comparison_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    pose = rng.uniform(-1.0, 1.0, (int(rng.integers(1, 400)), 3))
    size, margin = 0.05, rng.uniform(0.001, 0.05)
    cells, rows = make_cells(len(pose), size + margin), make_rows(5000)
    sort_into_cells(pose, cells)
    np.testing.assert_array_equal(cells.place, pose[cells.order, :2])
    pairs = find_pairs(cells, size, margin, rows)
    count = find_walls(pairs, pose, cells, margin, rows)
    found = {tuple(sorted(pair)) for pair in np.column_stack([rows.first, rows.second])[:pairs]}
    apart = np.linalg.norm(pose[:, None, :2] - pose[None, :, :2], axis=-1)
    near = np.argwhere(np.triu(apart < size + margin, k=1))
    assert found == set(map(tuple, near))
    assert len(found) == pairs, "each once"
    ends = pose[rows.second[:pairs], :2] - pose[rows.first[:pairs], :2]
    distance = np.linalg.norm(ends, axis=1)
    np.testing.assert_allclose(rows.gap[:pairs], distance - size, atol=1e-14)
    np.testing.assert_allclose(rows.normal[:pairs] * distance[:, None], ends, atol=1e-14)
    assert count - pairs == np.count_nonzero(1.0 - np.abs(pose[:, :2]) < margin)
    assert (rows.second[pairs:count] <= WALLS).all()


@pytest.mark.parametrize(
    ("place", "wall", "normal"),
    [
        ((0.98, 0.2), WALLS, (1.0, 0.0)),
        ((-0.98, 0.2), WALLS - 1, (-1.0, 0.0)),
        ((0.2, 0.98), WALLS - 2, (0.0, 1.0)),
        ((0.2, -0.98), WALLS - 3, (0.0, -1.0)),
    ],
)
def test_each_wall_has_its_number_and_points_outwards(place, wall, normal):
    pose = np.array([[*place, 0.3]])
    cells, rows = make_cells(1, 0.06), make_rows(4)
    sort_into_cells(pose, cells)
    assert find_walls(0, pose, cells, 0.05, rows) == 1
    assert (rows.first[0], rows.second[0]) == (0, wall)
    np.testing.assert_allclose(rows.normal[0], normal)
    assert rows.gap[0] == pytest.approx(0.02)


def test_rows_without_room_are_counted_and_not_written():
    pose = np.zeros((5, 3))
    pose[:, 0] = 0.01 * np.arange(5)
    cells, rows, room = make_cells(5, 0.06), make_rows(3), make_rows(20)
    sort_into_cells(pose, cells)
    assert find_pairs(cells, 0.05, 0.01, rows) == find_pairs(cells, 0.05, 0.01, room) == 10
    np.testing.assert_array_equal(rows.first, room.first[:3])
    np.testing.assert_array_equal(rows.second, room.second[:3])


def test_discs_on_one_point_get_directions_of_length_one():
    pose = np.full((4, 3), 0.1)
    cells, rows = make_cells(4, 0.06), make_rows(6)
    sort_into_cells(pose, cells)
    assert find_pairs(cells, 0.05, 0.01, rows) == 6
    np.testing.assert_allclose(np.linalg.norm(rows.normal, axis=1), 1.0)
    assert len(np.unique(rows.normal, axis=0)) == 6
    np.testing.assert_array_equal(rows.gap, -0.05)
