"""Messages under way: what was sent so many rounds ago arrives, and nothing more is kept."""

import numpy as np
import pytest

from bildsim.network.under_way import Sent


@pytest.mark.parametrize("delay", [0, 1, 4])
def test_a_message_arrives_after_its_delay(delay):
    sent = Sent()
    for count in range(12):
        message = np.full((2, 1), float(count))
        arriving, sent = sent.and_now(message, delay)
        assert (arriving == max(0, count - delay)).all()
        assert len(sent.history) == min(count + 1, delay)
