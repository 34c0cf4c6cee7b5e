"""Bytes from a stranger: they run no code, take memory in proportion, and are refused in a way."""

import json
import pickle
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.network.traffic import Traffic
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import Document, StateError, pack
from bildsim.programs.checkpoint.encoder import encode


def made(*nodes, root=None, buffers=()):
    """Return the bytes of a document that somebody wrote by hand."""
    return pack(Document(list(nodes), [len(nodes) - 1] if root is None else root, buffers))


@dataclass
class Mine:
    value: object


class Odd:
    """What only its owner knows; holds arrays and records of ours."""

    def __init__(self, *held):
        self.held = held


def test_classes_of_the_users_own_are_stored_and_read_only_where_that_is_trusted():
    for thing in (Mine(3), Odd(), np.array([None, 3])):
        with pytest.raises(StateError, match="is not allowed in a state"):
            encode(thing)
        data = encode(thing, trusted=True)
        with pytest.raises(StateError, match="a pickle is not allowed"):
            decode(data)
        assert type(decode(data, trusted=True)) is type(thing)


def test_what_a_users_own_object_shares_with_the_rest_stays_shared():
    rng, array, traffic = np.random.default_rng(1), np.ones((4, 3))[:, :2], Traffic.none(3)
    state = {"odd": Odd(rng, array, traffic, "family"), "rng": rng, "x": array, "sent": traffic}
    family = object()
    state["odd"].held += (family,)
    data = encode(state, {"family": family}, trusted=True)
    copy = decode(data, {"family": family}, trusted=True)
    assert [id(thing) for thing in copy["odd"].held[:3]] == [
        id(copy[name]) for name in ("rng", "x", "sent")
    ]
    assert copy["x"].strides == array.strides
    assert copy["odd"].held[3:] == ("family", family)


class Runs:
    """What a file from a stranger may hold: reading it sets a variable."""

    def __reduce__(self):
        return exec, ("import os; os.environ['RAN'] = '1'",)


def test_a_pickle_in_a_state_is_not_even_looked_at(monkeypatch):
    monkeypatch.delenv("RAN", raising=False)
    data = made(["pickle", 0], buffers=[pickle.dumps(Runs())])
    with pytest.raises(StateError, match="a pickle is not allowed"):
        decode(data)
    with suppress(KeyError):
        import os

        pytest.fail(os.environ["RAN"])


@pytest.mark.parametrize(
    "nodes",
    [
        [["call", "os:system", "true"]],
        [[]],
        [7],
        [[["list"]]],
        [["list", [0]]],
        [["list", [1]], ["list"]],
        [["list", [-1]]],
        [["list", [True]]],
        [["list", [0, 0]]],
        [["list", []]],
        [["list", {"a": 1}]] * 1 + [["dict", [0], 3]],
        [["dict", 1]],
        [["set", [0]]],
        [["float", "1e9999"]],
        [["float", 3]],
        [["path", 3]],
        [["path", "a\0"], ["record", "pathlib:Path", "x", [0]]],
        [["bytes", 0]],
        [["bytes", -1]],
        [["bytes", "x"]],
        [["constant", 3]],
        [["constant", "family"]],
        [["complex", "1", 2]],
        [["seeds", 3, [], 2**40, 0]],
        [["generator", 3]],
        [["member", "bildsim.network.traffic:Traffic", "none"]],
        [["record"]],
        [["record", 5]],
        [["record", "os:system", "command", "true"]],
        [["record", "bildsim.programs.run.main:main"]],
        [["record", "bildsim.density.legendre_family:LegendreFamily"]],
        [["record", "bildsim.nowhere:Nothing"]],
        [["record", "bildsim.network.traffic:Traffic.none"]],
        [["record", "bildsim.network.traffic:Ints"]],
        [["record", "bildsim.network.traffic:Traffic"]],
        [["record", "bildsim.network.traffic:Traffic", "messages", 1, "bytes", 1, "rounds", 1]],
    ],
)
def test_nothing_is_made_of_nodes_that_make_no_sense(nodes):
    with pytest.raises(StateError):
        decode(made(*nodes))


def test_memory_is_in_proportion():
    """An array whose numbers lie far apart, or many over the same bytes, would take any amount."""
    with pytest.raises(StateError, match="far more memory than its size explains"):
        decode(made(["array", 0, "<f8", [2], [2**40]], buffers=[bytes(16)]))
    with pytest.raises(StateError, match="the same bytes twice"):
        decode(made(["array", 0, "u1", [8], "C"], ["array", 0, "u1", [8], "C"], buffers=[bytes(8)]))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_way(data):
    with pytest.raises(StateError):
        decode(data)


EXAMPLE = encode(
    {"a": np.arange(5.0), "b": Traffic.none(3), "c": "text", "d": np.random.default_rng(0)}
)


def test_no_other_byte_anywhere_does_harm():
    for place in range(len(EXAMPLE)):
        for value in (0, 9, 10, 32, 34, 44, 45, 48, 57, 91, 93, 123, 125, 128, 255):
            damaged = bytearray(EXAMPLE)
            damaged[place] = value
            with suppress(StateError):
                decode(bytes(damaged))


@given(st.integers(0, len(EXAMPLE) - 1))
def test_bytes_that_were_cut_are_refused(cut):
    with pytest.raises(StateError):
        decode(EXAMPLE[:cut])


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)
LINE = json.loads(EXAMPLE.partition(b"\n")[0])
SPOTS = [(k, j) for k, node in enumerate(LINE["nodes"]) for j in range(len(node))]


@settings(max_examples=400)
@given(st.sampled_from(SPOTS), JSON | st.lists(st.integers(-2, 9), max_size=1))
def test_whatever_a_node_says_is_read_or_refused(spot, said):
    nodes = [list(node) for node in LINE["nodes"]]
    nodes[spot[0]][spot[1]] = said
    table = json.dumps({**LINE, "nodes": nodes}).encode()
    with suppress(StateError):
        decode(table + EXAMPLE[EXAMPLE.index(b"\n") :])


def test_nothing_is_set_on_classes():
    data = made(
        ["array", 0, "<i8", [1], "C"],
        ["record", "bildsim.network.traffic:Traffic", "add", [0], "bytes", [0], "rounds", 1],
        buffers=[bytes(8)],
    )
    with pytest.raises(StateError, match="has other fields than add, bytes, rounds"):
        decode(data)
    assert callable(Traffic.add)
