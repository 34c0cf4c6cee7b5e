"""Arrays come back as NumPy wrote them; what a header claims is known before memory is taken."""

import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bildsim.basics.reading.npy_file import DamagedError, read_header, read_values


def written(values, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, values, version)
    file.seek(0)
    return file


def claiming(shape, descr="<f8", order=False):
    file = io.BytesIO()
    header = {"descr": descr, "fortran_order": order, "shape": shape}
    np.lib.format.write_array_header_2_0(file, header)
    file.seek(0)
    return file


def long_header(length):
    return io.BytesIO(b"\x93NUMPY\x02\x00" + length.to_bytes(4, "little") + b" " * 20_000)


@given(
    arrays.arrays(
        arrays.boolean_dtypes()
        | arrays.integer_dtypes(endianness="?")
        | arrays.unsigned_integer_dtypes(endianness="?")
        | arrays.floating_dtypes(endianness="?"),
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
    st.sampled_from("CF"),
    st.sampled_from([(1, 0), (2, 0), (3, 0)]),
)
def test_arrays_come_back(values, order, version):
    values = np.asarray(values, order=order)
    file = written(values, version)
    header = read_header(file)
    assert header.size == file.tell()
    assert header.bytes == values.nbytes
    found = read_values(file, header)
    assert (found.dtype, found.shape) == (values.dtype, values.shape)
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize("shape", [(2**62, 4), (10**6, 10**6), (2**40,)])
def test_a_claim_is_read_without_memory_for_it(shape):
    tracemalloc.start()
    header = read_header(claiming(shape))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert header.values == np.prod(np.array(shape, dtype=object))
    assert peak < 10**6


@pytest.mark.parametrize(
    "file",
    [
        claiming((-1, 4)),
        claiming((2,), "|O"),
        claiming((2,), [("a", "|O"), ("b", "<f8")]),
        claiming((2,), "|V0"),
        long_header(2**32 - 1),
        long_header(10_001),
        io.BytesIO(b""),
        io.BytesIO(b"\x93NUMPY\x07\x00" + b" " * 100),
        io.BytesIO(b"PK\x03\x04" + b"\0" * 100),
    ],
)
def test_what_is_no_header(file):
    with pytest.raises(DamagedError):
        read_header(file)


@pytest.mark.parametrize("file", [claiming((3,)), claiming((2**62, 0)), claiming((1,) * 70)])
def test_arrays_that_are_not_all_there(file):
    with pytest.raises(DamagedError):
        read_values(file, read_header(file))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_array_or_damaged(content):
    file = io.BytesIO(b"\x93NUMPY\x01\x00" + content)
    try:
        header = read_header(file)
    except DamagedError:
        return
    assert header.values >= 0
