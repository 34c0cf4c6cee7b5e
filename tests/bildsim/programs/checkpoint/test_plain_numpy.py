"""NumPy's objects as plain values, and what is made of wrong ones: nothing."""

import pickle
import struct

import numpy as np
import pytest

from bildsim.programs.checkpoint import plain_numpy
from bildsim.programs.checkpoint.pickling import StateError, decode, encode

ALGORITHMS = ("PCG64", "PCG64DXSM", "Philox", "SFC64", "MT19937")


def again(value):
    return decode(encode(value))


@pytest.mark.parametrize("text", ["f8", "<i4", ">u2", "?", "c16", "S3", "<U2", "M8[s]", "m8[ms]"])
def test_dtypes_and_numbers_come_back_as_they_were(text):
    kind = np.dtype(text)
    number = np.zeros(2, kind)[1]
    assert again(kind) == kind
    assert type(again(number)) is type(number)
    assert again(number) == number


@pytest.mark.parametrize(
    "number", [np.float64(-0.1), np.int32(7), np.True_, np.str_(""), np.str_("x")]
)
def test_single_numbers_and_strings_keep_value_and_type(number):
    assert again(number) == number
    assert type(again(number)) is type(number)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_generators_go_on_draw_and_spawn_alike(name):
    mine = np.random.Generator(getattr(np.random, name)(3))
    mine.spawn(2)
    mine.integers(9, size=5, dtype=np.uint32)
    copy = again(mine)
    np.testing.assert_array_equal(copy.normal(size=700), mine.normal(size=700))
    np.testing.assert_array_equal(copy.spawn(1)[0].random(9), mine.spawn(1)[0].random(9))


def test_a_seed_sequence_shared_by_two_stays_one():
    seeds = np.random.SeedSequence(4)
    first, second = again((np.random.PCG64(seeds), np.random.PCG64(seeds)))
    assert first.seed_seq is second.seed_seq


class Calls:
    """Stands in a pickle for a call of a function with arguments."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def state_of(name, **changes):
    state = getattr(np.random, name)(1).state
    state["state"] |= {key: value for key, value in changes.items() if key in state["state"]}
    return state | {key: value for key, value in changes.items() if key in state}


SEEDS = np.random.SeedSequence(1)
WRONG = {
    "objects over foreign bytes": Calls(plain_numpy.array, bytearray(b"A" * 8), "O", (1,), "C"),
    "memory that others change": Calls(plain_numpy.array, bytearray(8), "<f8", (1,), "C"),
    "another order": Calls(plain_numpy.array, pickle.PickleBuffer(b"A" * 8), "<f8", (1,), "K"),
    "objects": Calls(plain_numpy.array, pickle.PickleBuffer(b"A" * 8), "O", (1,), "C"),
    "too little memory": Calls(plain_numpy.array, pickle.PickleBuffer(b"A"), "<f8", (1,), "C"),
    "fewer than none": Calls(plain_numpy.array, pickle.PickleBuffer(b"A" * 8), "<f8", (-1,), "C"),
    "fields": Calls(plain_numpy.dtype, "f8,O"),
    "no code": Calls(plain_numpy.dtype, 8),
    "number without bytes": Calls(plain_numpy.scalar, "<f8", ""),
    "number of another size": Calls(plain_numpy.scalar, "<f8", b"A"),
    "generator of nothing": Calls(plain_numpy.generator, None),
    "strides out of the memory": Calls(plain_numpy.strided, np.ones(3), (2**62,)),
    "bits of nobody": Calls(plain_numpy.bit_generator, {"bit_generator": "None"}, SEEDS),
    "no seeds": Calls(plain_numpy.bit_generator, state_of("PCG64"), 3),
    "beyond the key": Calls(plain_numpy.bit_generator, state_of("MT19937", pos=10**6), SEEDS),
    "before the key": Calls(plain_numpy.bit_generator, state_of("MT19937", pos=-1), SEEDS),
    "before the buffer": Calls(plain_numpy.bit_generator, state_of("Philox", buffer_pos=-9), SEEDS),
    "an array's own class": Calls(np.ndarray, (1,), np.dtype("f8"), bytearray(8)),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nothing_is_made_of_what_is_wrong(wrong):
    with pytest.raises(StateError):
        again([wrong])


def test_a_pickle_that_counts_beyond_its_objects_is_refused():
    # Its reader would allot memory for all numbers up to this one.
    first = pickle.PROTO + b"\x05N" + pickle.LONG_BINPUT + struct.pack("<I", 2**32 - 1) + b"."
    data = struct.pack("<QQ", 1, len(first)) + first
    with pytest.raises(StateError, match="another pickler"):
        decode(data)
