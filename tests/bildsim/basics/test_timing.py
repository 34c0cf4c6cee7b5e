"""Every rate is a whole multiple of the slower one."""

import pytest

from bildsim.basics.timing import TICK_S, TRACKING_RATE


def test_a_control_tick_is_a_whole_number_of_tracking_updates():
    updates = TICK_S * TRACKING_RATE
    assert round(updates) == pytest.approx(updates, abs=1e-12)
    assert round(updates) == 6
