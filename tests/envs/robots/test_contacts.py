"""What all dynamics say of contacts."""

import numpy as np
import pytest

from bildsim.envs.robots.contacts import Contacts


def touching(pairs, walls):
    """Return contacts of three robots with these overlaps."""
    nobody = np.zeros(3, dtype=np.bool_)
    rows = np.array([[0, 1], [1, 2]][: len(pairs)]).reshape(-1, 2)
    return Contacts(rows, np.array(pairs, dtype=float), nobody, nobody, np.array(walls))


@pytest.mark.parametrize(
    ("pairs", "walls", "deepest"),
    [
        ([], [0.0, 0.0, 0.0], 0.0),
        ([1e-3, 3e-3], [0.0, 2e-3, 0.0], 3e-3),
        ([1e-3], [0.0, 2e-3, 4e-3], 4e-3),
    ],
)
def test_the_deepest_overlap_is_that_with_robots_or_walls(pairs, walls, deepest):
    assert touching(pairs, walls).max_overlap == deepest


def test_contacts_in_short():
    contacts = touching([1e-3, 3e-3], [0.0, 2e-3, 0.0])
    short = contacts.touching
    assert (short.pairs, short.overlap) == (2, 3e-3)
    assert short.robot is contacts.robot
    assert short.wall is contacts.wall
