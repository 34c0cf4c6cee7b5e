"""Impulses that are kept: for the same contact, whatever its row, and for no other."""

import numpy as np

from bildsim.envs.kinematic.collision_detection import WALLS, make_rows
from bildsim.envs.kinematic.warm_start import make_memory, recall, remember


def contacts(*pairs):
    """Return rows of (first, second, impulse)."""
    rows = make_rows(len(pairs))
    for k, (first, second, impulse) in enumerate(pairs):
        rows.first[k], rows.second[k], rows.impulse[k] = first, second, impulse
    return rows


def test_the_same_contacts_get_their_impulses_back_in_any_order():
    memory = make_memory(5)
    kept = contacts((0, 3, 0.1), (1, 3, 0.2), (3, WALLS - 1, 0.3), (4, WALLS, 0.4))
    remember(4, kept, memory)
    new = contacts((4, WALLS, 0), (3, 1, 0), (0, 1, 0), (3, 0, 0), (3, WALLS - 1, 0), (4, 3, 0))
    recall(6, new, memory)
    np.testing.assert_array_equal(new.impulse, [0.4, 0.2, 0.0, 0.1, 0.3, 0.0])


def test_robots_and_walls_of_the_same_number_are_no_contact_of_each_other():
    memory = make_memory(3)
    remember(1, contacts((2, WALLS, 0.5)), memory)
    new = contacts((2, WALLS - 1, 0.0), (1, WALLS, 0.0), (2, 1, 0.0))
    recall(3, new, memory)
    np.testing.assert_array_equal(new.impulse, 0.0)


def test_contacts_that_do_not_push_are_forgotten():
    memory = make_memory(2)
    remember(1, contacts((0, 1, 0.7)), memory)
    remember(1, contacts((0, 1, 0.0)), memory)
    new = contacts((0, 1, 0.0))
    recall(1, new, memory)
    assert new.impulse[0] == 0.0


def test_more_contacts_than_places_are_lost_and_harm_no_other():
    """One robot of a high number with ten others: eight are kept."""
    memory = make_memory(12)
    remember(10, contacts(*((11, other, 1.0 + other) for other in range(10))), memory)
    remembered = contacts(*((other, 11, 0.0) for other in range(10)))
    recall(10, remembered, memory)
    np.testing.assert_array_equal(remembered.impulse, [*(1.0 + np.arange(8)), 0.0, 0.0])
    assert not memory.impulse[:11].any()
