"""Messages under way: each arrives as it was said, after as many rounds as it takes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bildsim.network.under_way import Sent


@given(delay=st.integers(0, 6), rounds=st.integers(1, 15))
def test_what_arrives_was_said_so_many_rounds_ago(delay, rounds):
    sent = Sent()
    for now in range(rounds):
        arriving, sent = sent.and_now(np.full((2, 1), float(now)), delay)
        # In the first rounds it is the oldest there is, which nobody hears.
        assert arriving.tolist() == [[max(0.0, now - delay)]] * 2
        assert len(sent.history) == min(delay, now + 1)


def test_nothing_is_kept_where_messages_take_no_time():
    message = np.ones((3, 2))
    arriving, sent = Sent().and_now(message, 0)
    assert arriving is message
    assert sent.history == ()
