"""States as bytes: the same numbers in the same layout, nothing twice, and no foreign code."""

import os
import pickle
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.traffic import Traffic
from bildsim.programs.checkpoint.pickling import StateError, decode, encode

ARRAYS = hnp.arrays(
    st.sampled_from(["<f8", "<i8", "?", "u1", "<c16"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
)


def again(value, **keywords):
    return decode(encode(value), **keywords)


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


def test_generators_go_on_and_stay_one_where_they_were_one():
    rng = np.random.default_rng(3)
    rng.normal(size=5)
    for kind in (np.random.PCG64DXSM, np.random.Philox, np.random.SFC64, np.random.MT19937):
        other = np.random.Generator(kind(1))
        assert again(other).random() == other.random()
    first, second = again((rng, {"again": rng}))
    assert first is second["again"]
    np.testing.assert_array_equal(first.normal(size=9), rng.normal(size=9))


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
    state = again((network, Traffic.none(9).add(network, 3, 5), deque([1, 2]), 1.5, "x", None))
    np.testing.assert_array_equal(state[0].weights, network.weights)
    np.testing.assert_array_equal(state[1].bytes, 3 * 40 * network.degree)
    assert state[2:] == (deque([1, 2]), 1.5, "x", None)


class Runs:
    """What a file from a stranger may hold: making it runs a command."""

    def __reduce__(self):
        return os.system, ("touch /tmp/should-not-be-here",)


class LoadsNumpy:
    def __reduce__(self):
        return np.load, ("nowhere.npy",)


class CallsOurs:
    def __reduce__(self):
        from bildsim.programs.run.main import main

        return main, (["--help"],)


class MakesOurs:
    def __reduce__(self):
        return LegendreFamily.fit, (None, None)


@pytest.mark.parametrize("thing", [Runs(), LoadsNumpy(), CallsOurs(), MakesOurs()])
def test_foreign_code_is_not_run(thing):
    with pytest.raises(StateError, match="not allowed in a state"):
        again({"state": thing})


@dataclass
class Mine:
    value: int


def test_classes_of_the_users_own_are_loaded_only_where_that_is_asked_for():
    with pytest.raises(StateError, match=r"Mine is not allowed"):
        again(Mine(3))
    assert again(Mine(3), trusted=True) == Mine(3)


@pytest.mark.parametrize("thing", [lambda: 0, open(os.devnull), (k for k in "ab")])  # noqa: SIM115
def test_what_cannot_be_stored_is_said(thing):
    with pytest.raises(StateError):
        encode({"state": thing})


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_way(data):
    with pytest.raises(StateError):
        decode(data)


DAMAGED = encode({"a": np.arange(5.0), "b": Traffic.none(3), "c": "text"})


def test_no_other_byte_anywhere_does_harm():
    for place in range(len(DAMAGED)):
        for value in range(256):
            damaged = bytearray(DAMAGED)
            damaged[place] = value
            with suppress(StateError):
                decode(bytes(damaged))


@given(st.integers(0, len(DAMAGED) - 1))
def test_bytes_that_were_cut_are_refused(cut):
    with pytest.raises(StateError):
        decode(DAMAGED[:cut])


def test_states_of_ours_set_nothing_on_what_is_there_already():
    """What sets attributes in a pickle would as well set those of a class."""
    state = again({"traffic": Traffic.none(3)})
    assert state["traffic"].rounds == 0
    stream = pickle.dumps(Traffic.none(1), protocol=5)
    hostile = (
        b"\x80\x05\x8c\x17bildsim.network.traffic\x8c\x07Traffic\x93}\x8c\x03add\x8c\x04evil\x73b."
    )
    for bytes_of in (stream, hostile):
        framed = struct.pack("<QQ", 1, len(bytes_of)) + bytes_of
        with pytest.raises(StateError, match=r"sets attributes|another pickler|not allowed"):
            decode(framed)
    assert callable(Traffic.add)
