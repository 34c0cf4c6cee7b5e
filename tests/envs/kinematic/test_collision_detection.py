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
