"""Parts of a run give their states and take them back."""

import numpy as np
import pytest

from bildsim.basics.resumable import KeptAttributes, restore_all, snapshot_all


class Counter(KeptAttributes):
    _kept = ("count", "log")

    def __init__(self):
        self.count, self.log, self.other = 0, [], "stays"

    def step(self):
        self.count += 1
        self.log.append(self.count)


class Pair(KeptAttributes):
    _kept = ("inner", "array")

    def __init__(self):
        self.inner, self.array = Counter(), np.zeros(2)


def test_a_state_is_not_touched_by_later_changes_and_can_be_used_again():
    counter = Counter()
    counter.step()
    state = counter.snapshot()
    for _ in range(2):
        counter.step()
        assert counter.log == [1, 2]
        assert state == {"count": 1, "log": [1]}
        counter.restore(state)
        assert (counter.count, counter.log) == (1, [1])


def test_what_is_not_named_is_left_alone():
    counter = Counter()
    state = counter.snapshot()
    counter.other = "new"
    counter.restore(state)
    assert counter.other == "new"


def test_parts_of_parts_keep_being_the_same_objects():
    pair = Pair()
    inner = pair.inner
    inner.step()
    pair.array[0] = 3.0
    state = pair.snapshot()
    inner.step()
    pair.array[0] = 4.0
    pair.restore(state)
    assert pair.inner is inner
    assert inner.log == [1]
    assert pair.array.tolist() == [3.0, 0.0]


def test_all_parts_by_name():
    parts = {"a": Counter(), "b": Counter()}
    parts["b"].step()
    states = snapshot_all(parts)
    parts["a"].step()
    restore_all(parts, states)
    assert (parts["a"].count, parts["b"].count) == (0, 1)
    with pytest.raises(KeyError, match="b"):
        restore_all(parts, {"a": states["a"]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "1"),
        ("count", [1]),
        ("log", (1,)),
        ("log", {}),
    ],
)
def test_what_is_of_another_kind_is_refused(name, value):
    counter = Counter()
    with pytest.raises(ValueError, match=f"Counter cannot keep this .* as its {name}"):
        counter.restore(counter.snapshot() | {name: value})


def test_arrays_and_dictionaries_are_of_the_same_form():
    class Both(KeptAttributes):
        _kept = ("array", "shares", "later")

        def __init__(self):
            self.array, self.shares, self.later = np.zeros((2, 3)), {"a": 0.0}, None

    both = Both()
    kept = both.snapshot()
    both.restore(kept | {"array": np.ones((2, 3)), "shares": {"a": 1}, "later": np.zeros(2)})
    for wrong in (
        {"array": np.zeros(2)},
        {"array": np.zeros((5, 3))},
        {"array": np.zeros((2, 3), dtype=np.int64)},
        {"array": [[0.0]]},
        {"shares": {"b": 0.0}},
        {"shares": {"a": "x"}},
        {"shares": []},
    ):
        with pytest.raises(ValueError, match="Both cannot keep this"):
            Both().restore(kept | wrong)
