"""NumPy's objects as nodes, and what is made of wrong ones: nothing."""

import numpy as np
import pytest

from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import Document, StateError, pack
from bildsim.programs.checkpoint.encoder import encode

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


def array(code, shape, order, size=8):
    return [["array", 0, code, shape, order]], [b"A" * size]


def bits(name, **changes):
    """Return the nodes of a source of bits that stands elsewhere than it can."""
    state = getattr(np.random, name)(1).state
    inner = {key: value for key, value in changes.items() if key in state["state"]}
    state["state"] |= inner
    return _bits_of(state | {key: changes[key] for key in changes.keys() - inner.keys()})


def _bits_of(state, seeds=("seeds", 1, [0], 4, 0)):
    """Return nodes that spell a dictionary of numbers, strings and arrays."""
    nodes, buffers = [["tuple"]], []

    def add(value):
        if isinstance(value, dict):
            parts = [part for item in value.items() for part in (item[0], add(item[1]))]
            nodes.append(["dict", *parts])
        elif isinstance(value, np.ndarray):
            buffers.append(value.tobytes())
            nodes.append(["array", len(buffers) - 1, value.dtype.str, list(value.shape), "C"])
        else:
            return value
        return [len(nodes) - 1]

    place = add(state)
    nodes.append(list(seeds))
    nodes.append(["bits", place, [len(nodes) - 1]])
    return nodes, buffers


WRONG = {
    "objects over foreign bytes": array("O", [1], "C"),
    "another order": array("<f8", [1], "K"),
    "no order": array("<f8", [1], 3),
    "too little memory": array("<f8", [1], "C", 1),
    "too much memory": array("<f8", [1], "C", 16),
    "nothing of a great shape": array("<f8", [0, 2**62], "C", 8),
    "fewer than none": array("<f8", [-1], "C"),
    "beyond all numbers": array("<f8", [2**62, 4], "C"),
    "more than a number can say": array("<f8", [10**400], "C"),
    "half a robot": array("<f8", [1.0], "C"),
    "true robots": array("<f8", [True], "C"),
    "dimensions by the thousand": array("<f8", [1] * 5000, "C"),
    "strides out of the memory": array("<f8", [1, 1], [2**62]),
    "strides beyond all numbers": array("u1", [2, 4], [2**63, 1]),
    "strides of a word": array("u1", [8], ["x"]),
    "fields": ([["dtype", "f8,O"]], []),
    "no code": ([["dtype", 8]], []),
    "no known code": ([["dtype", "wonder"]], []),
    "a number without bytes": ([["scalar", "<f8", ""]], []),
    "a number of another size": ([["scalar", "<f8", "00"]], []),
    "a number of no digits": ([["scalar", "<f8", "zz"]], []),
    "an object": ([["scalar", "O", "00" * 8]], []),
    "a generator of nothing": ([["generator", None]], []),
    "a pool beyond memory": ([["tuple"], ["seeds", 1, [0], 2**40, 0]], []),
    "no entropy": ([["tuple"], ["seeds", "x", [0], 4, 0]], []),
    "bits of nobody": _bits_of({"bit_generator": "None"}),
    "bits without a state": _bits_of({"bit_generator": "PCG64"}),
    "no seeds": _bits_of(np.random.PCG64(1).state, ("list",)),
    "beyond the key": bits("MT19937", pos=10**6),
    "before the key": bits("MT19937", pos=-1),
    "a key that is too short": bits("MT19937", key=np.zeros(3, dtype=np.uint32)),
    "before the buffer": bits("Philox", buffer_pos=-9),
    "a counter that is too short": bits("Philox", counter=np.zeros(1, dtype=np.uint64)),
    "a buffer that is too short": bits("Philox", buffer=np.zeros(1, dtype=np.uint64)),
    "a state that is too short": bits("SFC64", state=np.zeros(3, dtype=np.uint64)),
    "a state of words": bits("PCG64", state="x"),
}


@pytest.mark.parametrize(("nodes", "buffers"), WRONG.values(), ids=WRONG)
def test_nothing_is_made_of_what_is_wrong(nodes, buffers):
    with pytest.raises(StateError):
        decode(pack(Document(nodes, [len(nodes) - 1], buffers)))
