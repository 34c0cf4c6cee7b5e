"""Every rate is a whole multiple of the slower one."""

import numpy as np
import pytest

from bildsim import UsageError
from bildsim.basics.timing import TICK_S, TRACKING_RATE, nearest_tick


def test_a_control_tick_is_a_whole_number_of_tracking_updates():
    updates = TICK_S * TRACKING_RATE
    assert round(updates) == pytest.approx(updates, abs=1e-12)
    assert round(updates) == 6


TIMES = np.array([0.5, 0.6, 0.7])


@pytest.mark.parametrize(
    ("time_s", "tick"), [(None, 2), (0.5, 0), (0.46, 0), (0.64, 1), (0.66, 2), (0.74, 2)]
)
def test_the_nearest_tick(time_s, tick):
    assert nearest_tick(TIMES, time_s) == tick


@pytest.mark.parametrize("time_s", [0.44, 0.76, -1.0, float("nan")])
def test_a_time_outside_the_run_is_refused(time_s):
    with pytest.raises(UsageError, match=r"not in the run: allowed is 0\.5 to 0\.7 s"):
        nearest_tick(TIMES, time_s)
