"""States as bytes: the same numbers in the same layout, nothing twice."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.traffic import Traffic
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import StateError
from bildsim.programs.checkpoint.encoder import encode

ARRAYS = hnp.arrays(
    st.sampled_from(["<f8", "<i8", "?", "u1", "<c16", "<U3", "S2", "M8[s]"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
)
KEYS = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.tuples(st.integers()))
ATOMS = st.one_of(KEYS, st.floats(), st.complex_numbers(), st.binary())
STATES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(KEYS, inner),
        # In which order a larger one is gone through depends on how it was filled.
        st.frozensets(KEYS, max_size=1),
        st.sets(KEYS, max_size=1),
    ),
)


def again(value):
    return decode(encode(value))


@given(STATES)
def test_plain_values_and_collections_come_back_with_their_types(state):
    # Their spelling tells 1 from 1.0 and True, and one list from one tuple.
    assert repr(again(state)) == repr(state)


@given(ARRAYS, st.data())
def test_arrays_keep_numbers_and_layout(array, data):
    steps = tuple(
        slice(None, None, data.draw(st.sampled_from([1, 2, -1, -3]))) for _ in array.shape
    )
    order = data.draw(st.permutations(range(array.ndim)))
    view = array[steps].transpose(order) if array.ndim else array
    copy = again(view)
    assert copy.dtype == view.dtype
    np.testing.assert_array_equal(copy, view)
    if view.size > 1:
        moving = [k for k, length in enumerate(view.shape) if length > 1]
        assert [copy.strides[k] for k in moving] == [view.strides[k] for k in moving]


def test_a_column_of_a_wider_array_keeps_its_gaps_and_sums_alike():
    pose = np.random.default_rng(0).normal(size=(1001, 3))
    positions = again({"x": pose[:, :2]})["x"]
    assert positions.strides == pose[:, :2].strides
    for axis in (0, 1, None):
        np.testing.assert_array_equal(positions.sum(axis=axis), pose[:, :2].sum(axis=axis))


def test_arrays_start_a_cache_line_and_can_be_written_to():
    copies = again([np.ones(k) for k in range(1, 40)])
    for copy in copies:
        assert copy.ctypes.data % 64 == 0
        copy[:] = 2.0


def test_decoded_arrays_are_nobody_elses():
    array = np.ones(5)
    data = encode(array)
    decode(data)[:] = 7.0
    np.testing.assert_array_equal(decode(data), array)


def test_what_was_one_stays_one():
    rng, array = np.random.default_rng(3), np.arange(3.0)
    state = again({"first": (rng, array), "second": [rng, array, [rng]]})
    assert state["first"][0] is state["second"][0] is state["second"][2][0]
    assert state["first"][1] is state["second"][1]
    np.testing.assert_array_equal(state["first"][0].normal(size=9), rng.normal(size=9))


def test_constants_are_found_by_name_and_not_stored():
    family = LegendreFamily(6, 0.05)
    state = {"family": family, "theta": np.zeros(48)}
    data = encode(state, {"family": family})
    assert len(data) < 2000 < len(encode(family.density(np.zeros(48))))
    other = LegendreFamily(6, 0.05)
    assert decode(data, {"family": other})["family"] is other
    with pytest.raises(StateError, match="refers to 'family'"):
        decode(data)


def test_states_of_our_own_parts():
    rng = np.random.default_rng(0)
    network = build_network(NetworkSpec.parse("knn:3"), rng.uniform(-1, 1, (9, 2)), rng)
    place = Path("b.mp4")
    state = again((network, Traffic.none(9).add(network, 3, 5), 1.5, "x", None, place))
    np.testing.assert_array_equal(state[0].weights, network.weights)
    np.testing.assert_array_equal(state[1].bytes, 3 * 40 * network.degree)
    assert state[2:] == (1.5, "x", None, place)


def test_the_table_of_contents_can_be_read_by_anyone():
    line, _, rest = encode({"traffic": Traffic.none(2), "x": float("nan")}).partition(b"\n")
    said = json.loads(line, parse_constant=pytest.fail)
    assert (said["nodes"][2][:6]) == [
        "record",
        "bildsim.network.traffic:Traffic",
        "messages",
        [0],
        "bytes",
        [1],
    ]
    assert said["buffers"] == [16, 16]
    assert rest == bytes(32)


def test_names_that_are_no_utf_8_come_back():
    odd = os.fsdecode(b"film\xff.mp4")
    assert again({odd: Path(odd)}) == {odd: Path(odd)}


class Unknown:
    pass


@pytest.mark.parametrize(
    "thing",
    [Unknown(), lambda: 0, open(os.devnull), (k for k in "ab"), np.array([None]), range(3)],  # noqa: SIM115
)
@pytest.mark.parametrize("trusted", [True, False])
def test_what_cannot_be_stored_is_said(thing, trusted):
    if trusted and isinstance(thing, (Unknown, np.ndarray, range)):
        return
    with pytest.raises(StateError):
        encode({"state": thing}, trusted=trusted)


def test_what_holds_itself_is_refused():
    ring = []
    ring.append(ring)
    with pytest.raises(StateError, match="a list holds itself"):
        encode(ring)


def test_what_is_too_deep_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(StateError, match="RecursionError") as caught:
        encode(deep)
    # What has failed holds on to it, and letting go of all at once takes as much recursion.
    del caught
    while deep:
        deep = deep[0]
