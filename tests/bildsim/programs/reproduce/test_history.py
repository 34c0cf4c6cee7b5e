"""Which rounds are sampled, and what is kept of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.programs.reproduce.history import CONVERGENCE, STABILITY, Schedule
from tests.bildsim.programs.reproduce.made import ROBOTS, ROUNDS, run


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 10_000_000))
def test_first_and_last_round_are_always_sampled(rounds):
    schedule = Schedule(rounds)
    for sampled in (schedule.convergence, schedule.stability, schedule.snapshots):
        assert {0, rounds} <= sampled
        assert min(sampled) == 0
        assert max(sampled) == rounds
    assert len(schedule.convergence) <= 2000 + 2


def test_tables_have_their_columns_and_rounds_rise():
    history = run().history
    assert all(len(row) == len(CONVERGENCE) for row in history.convergence)
    assert all(len(row) == len(STABILITY) for row in history.stability)
    rounds = history.column("round")
    assert (np.diff(rounds) > 0).all()
    assert rounds[-1] == ROUNDS


def test_snapshots_are_of_all_robots():
    shots = run().history.snapshots
    assert [shot.round for shot in shots] == sorted(Schedule(ROUNDS).snapshots)
    assert all(shot.positions.shape == (ROBOTS, 2) for shot in shots)


def test_a_column_of_either_table():
    history = run().history
    assert history.column("kl_learned")[0] == pytest.approx(history.convergence[0][3])
    assert len(history.column("kl_fit")) == len(history.stability)
