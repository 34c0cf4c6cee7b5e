"""What robots hold of each other, against a literal account of every link."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import network_of_edges
from bildsim.network.sending.changes import MOST_SILENT, TIMES_SAID, changed
from bildsim.network.sending.held import Held

ROBOTS = 6
NETWORK = network_of_edges(np.array([[0, 1], [1, 2], [2, 3], [0, 3], [4, 5]]), ROBOTS)
OTHER = network_of_edges(np.array([[0, 1], [1, 4], [2, 3], [4, 5]]), ROBOTS)
THRESHOLD = 0.5


class Account:
    """Every robot's and every link's own notes, kept one by one."""

    def __init__(self, delay=0, loses=False):
        self.delay, self.loses, self.told, self.age, self.log = delay, loses, {}, {}, []
        self.holds, self.links = {}, set()

    def round(self, message, network, heard):
        edges = directed_edges(network)
        now = set(zip(edges.heads.tolist(), edges.tails.tolist(), strict=True))
        fresh, self.links = now - self.links, now
        self.holds = {link: what for link, what in self.holds.items() if link in now}
        spoke = {}
        for robot in range(ROBOTS):
            new = robot not in self.told or bool(
                changed(message[[robot]], self.told[robot][None], (2,), THRESHOLD)[0]
            )
            new |= any(tail == robot for _, tail in fresh)
            age = self.age[robot] = 0 if new else self.age[robot] + 1
            new |= self.loses and (age < TIMES_SAID or age % MOST_SILENT == 0)
            if new:
                self.told[robot] = spoke[robot] = message[robot].copy()
        self.log.append(spoke)
        if len(self.log) <= self.delay:
            return set(spoke)
        arriving = self.log[-1 - self.delay]
        for head, tail, there in zip(edges.heads, edges.tails, heard, strict=True):
            if there and int(tail) in arriving:
                self.holds[int(head), int(tail)] = arriving[int(tail)]
        return set(spoke)


def messages(rng, before):
    """Return messages of which some have changed a little, some much, some not at all."""
    factor = rng.choice([1.0, 1.2, 3.0], size=(ROBOTS, 1), p=[0.5, 0.3, 0.2])
    return before * factor


def held_by_link(state, network):
    edges = directed_edges(network)
    found = state.messages(edges)
    return {
        (int(head), int(tail)): found.values[row]
        for head, tail, row, known in zip(
            edges.heads, edges.tails, found.sources, state.known, strict=True
        )
        if known
    }


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 500), delay=st.integers(0, 3), loss=st.sampled_from([0.0, 0.5]))
def test_every_link_holds_what_came_over_it_last(seed, delay, loss):
    rng = np.random.default_rng(seed)
    state, account, now = Held.none(ROBOTS), Account(delay, loss > 0.0), np.ones((ROBOTS, 2))
    for count in range(14):
        network = OTHER if 5 <= count < 9 else NETWORK
        edges = directed_edges(network)
        heard, before = rng.random(len(edges.keys)) >= loss, state.spoken
        now = messages(rng, now)
        state = state.after_round(now, (2,), edges, heard, THRESHOLD, delay, loss > 0.0)
        state.require_sound()
        assert set(np.flatnonzero(state.spoken - before)) == account.round(now, network, heard)
        found = held_by_link(state, network)
        assert found.keys() == account.holds.keys()
        for link, said in account.holds.items():
            np.testing.assert_array_equal(found[link], said)
        assert len(state.older) <= len(edges.keys)
        assert len(state.under_way) == min(delay, count + 1)


def play(rounds, state=None, delay=0, loses=True, seed=3):
    rng = np.random.default_rng(seed)
    state = Held.none(ROBOTS) if state is None else state
    edges, now = directed_edges(NETWORK), np.ones((ROBOTS, 2))
    for _ in range(rounds):
        now = messages(rng, now)
        heard = rng.random(len(edges.keys)) >= 0.4 * loses
        state = state.after_round(now, (2,), edges, heard, THRESHOLD, delay, loses)
    return state


def test_over_links_that_lose_nothing_all_hold_what_was_said_last():
    state = play(10, loses=False)
    assert state.known.all()
    assert len(state.older) == 0
    found = state.messages(directed_edges(NETWORK))
    np.testing.assert_array_equal(found.values, state.told)
    assert (state.spoken < 10).all()


def test_what_might_be_lost_is_said_again():
    edges, same = directed_edges(NETWORK), np.ones((ROBOTS, 2))
    for loses, expected in ((True, TIMES_SAID + 60 // MOST_SILENT), (False, 1)):
        state = Held.none(ROBOTS)
        for _ in range(1 + 60):
            everything = np.ones(len(edges.keys), dtype=bool)
            state = state.after_round(same, (2,), edges, everything, THRESHOLD, 0, loses)
        assert (state.spoken == expected).all()


@pytest.mark.parametrize("delay", [0, 2])
def test_robots_leave_and_join(delay):
    state, before = play(8, delay=delay), np.array([3, 2, -1, 0])
    after = state.change_members(before)
    after.require_sound()
    assert np.isnan(after.told[2]).all(), "a newcomer has said nothing"
    assert after.spoken.tolist() == [*state.spoken[[3, 2]], 0, state.spoken[0]]
    # Links among those that stay: 3 and 2 are now 0 and 1, 0 and 3 are 3 and 0.
    renamed = {3: 0, 2: 1, 0: 3}
    smaller = network_of_edges(np.array([[0, 1], [0, 3]]), 4)
    expected = {
        (renamed[head], renamed[tail]): said
        for (head, tail), said in held_by_link(state, NETWORK).items()
        if head in renamed and tail in renamed
    }
    found = held_by_link(after, smaller)
    assert found.keys() == expected.keys()
    for link, said in expected.items():
        np.testing.assert_array_equal(found[link], said)
    nothing = np.zeros(4, dtype=bool)
    then = after.after_round(
        np.full((4, 2), 7.0), (2,), directed_edges(smaller), nothing, THRESHOLD, delay, True
    )
    assert then.spoken[2] == 1


@pytest.mark.parametrize("delay", [0, 2])
def test_a_state_that_was_stored_goes_on_alike(delay):
    middle = play(6, delay=delay)
    kept = pickle.loads(pickle.dumps(middle))
    one, other = play(5, middle, delay), play(5, kept, delay)
    for name in ("told", "latest", "older", "stale", "known", "age", "spoken"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_states_whose_arrays_do_not_go_together_are_refused():
    state = play(6)
    wrong = [
        replace(state, age=state.age[:-1]),
        replace(state, stale=np.full_like(state.stale, len(state.older))),
        replace(state, stale=np.full_like(state.stale, -2)),
        replace(state, latest=state.latest[:, :1]),
        replace(state, keys=state.keys + ROBOTS**2),
        replace(state, spoke=(np.ones(ROBOTS, dtype=bool),)),
    ]
    for broken in wrong:
        with pytest.raises(ValueError, match=r"rows|messages|holds a message|edges"):
            broken.require_sound()
