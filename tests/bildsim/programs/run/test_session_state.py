"""What a checkpoint of a run holds: metrics of columns that there are."""

import pytest

from bildsim.programs.run.session_state import SessionState


def state(row):
    return SessionState({}, {}, None, row, 1.5)


def test_metrics_have_columns():
    state({}).require_sound()
    state({"time_s": 1.0, "kl_fit": 0.5}).require_sound()
    with pytest.raises(ValueError, match="there is no column for wonder"):
        state({"time_s": 1.0, "wonder": 0.5}).require_sound()
