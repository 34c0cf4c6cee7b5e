"""Places in files: arrays and tables, with and without names, and what is said of bad ones."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.start_file import MOST_BYTES, is_start_file, read_start

PLACES = np.array([[0.25, -0.5, 1.0], [0.125, 0.75, -3.0], [-1.0, 1.0, 0.0]])


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_arrays(tmp_path, columns, dtype):
    np.save(tmp_path / "a.npy", PLACES[:, :columns].astype(dtype))
    found = read_start(tmp_path / "a.npy")
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, PLACES[:, :columns])


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("0.25,-0.5\n0.125,0.75\n-1,1\n", [0, 1]),
        ("0.25,-0.5,1\n0.125,0.75,-3\n-1,1,0", [0, 1, 2]),
        ("\ufeffx,y\r\n0.25,-0.5\r\n0.125, .75\r\n-1,1\r\n", [0, 1]),
        ("X , Y , Theta\n 0.25, -0.5, 1\n\n0.125,0.75,-3e0\n-1,1,0\n,,\n", [0, 1, 2]),
        ("robot,yaw,y,x\n0,1,-0.5,0.25\n1,-3,.75,.125\n2,0,1,-1\n", [0, 1, 2]),
        ("time,x,y,name\n0,0.25,-0.5,a\n0,0.125,0.75,b\n0,-1,1,c\n", [0, 1]),
    ],
)
def test_tables(tmp_path, text, columns):
    (tmp_path / "a.CSV").write_text(text, encoding="utf-8", newline="")
    np.testing.assert_array_equal(read_start(tmp_path / "a.CSV"), PLACES[:, columns])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty: it must have a line a robot"),
        ("a.csv", b"x,y\n", "holds no place"),
        ("a.csv", b"a,b\n1,2\n", "has a first line 'a, b': it must be numbers, or names with x"),
        ("a.csv", b"1\n2\n", "has 1 numbers in line 1: x, y and perhaps heading are wanted"),
        ("a.csv", b"1,2\n1,2,3,4\n", "has 4 numbers in line 2"),
        ("a.csv", b"1,2\n1,2,3\n", "has 3 numbers in line 2 and 2 in those before"),
        ("a.csv", b"1,2\n\n1,two\n", "has '1, two' in line 3: numbers with commas are wanted"),
        ("a.csv", b"x,y\n1\n", "has '1' in line 2: numbers"),
        ("a.csv", b"1;2\n", "has a first line '1;2'"),
        ("a.csv", b"\xff\xfe1\x00", "is no text in UTF-8"),
        ("a.npy", b"", "is damaged or holds objects"),
        ("a.npy", b"\x93NUMPY\x01\x00", "is damaged or holds objects"),
        ("a.txt", b"1,2\n", r"has an unknown extension: use \.npy or \.csv"),
    ],
)
def test_bad_files_are_told_in_a_sentence(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=rf"^start='.*{name[:2]}.*' {words}"):
        read_start(tmp_path / name)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([["a", "b"]]), "holds <U1 values: they must be real numbers"),
        (np.ones((2, 2), dtype=complex), "holds complex128 values"),
        (np.array([[1, None]], dtype=object), "is damaged or holds objects"),
    ],
)
def test_arrays_of_no_numbers(tmp_path, values, words):
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(UsageError, match=words):
        read_start(tmp_path / "a.npy")


def refused(path):
    """Return what is said of a file, and the most memory that saying it took (bytes)."""
    tracemalloc.start()
    try:
        with pytest.raises(UsageError) as error:
            read_start(path)
        return str(error.value), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((2**62, 4), "is too large: there may be 20000 robots"),
        ((20_001, 3), "is too large: there may be 20000 robots"),
        ((20_000, 3), "is damaged"),
        ((-2, 2), "is damaged"),
    ],
)
def test_what_a_header_claims_is_judged_before_memory_is_taken(tmp_path, shape, words):
    with (tmp_path / "a.npy").open("wb") as file:
        header = {"descr": "<f8", "fortran_order": True, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
    said, peak = refused(tmp_path / "a.npy")
    assert words in said
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0" * 200_000, "has more than 100000 bytes in line 1: that is no table"),
        (b"0,0\n" * 20_001, "has too many lines: there may be 20000 robots"),
        (b"x,y\n" + b"0,0\n" * 20_001, "has too many lines: there may be 20000 robots"),
        (b"0,0\n" * 1_000_000, "has too many lines"),
        (b'"' + b"a\n" * 200_000, "is no table of numbers: field larger than field limit"),
        (b"a" * 90_000, "has a first line 'a"),
        (b"1,2\n" + b"b" * 90_000, "has 'b"),
    ],
)
def test_tables_without_end_are_refused_in_a_short_sentence(tmp_path, content, words):
    (tmp_path / "a.csv").write_bytes(content)
    said, peak = refused(tmp_path / "a.csv")
    assert words in said
    assert len(said) < 500
    assert peak < 12_000_000


def test_files_that_are_not_there_or_too_large(tmp_path):
    with pytest.raises(UsageError, match=r"^start='.*a\.npy' does not exist"):
        read_start(tmp_path / "a.npy")
    (tmp_path / "a.npy").mkdir()
    with pytest.raises(UsageError, match=r"a\.npy' is a directory"):
        read_start(tmp_path / "a.npy")
    with (tmp_path / "b.csv").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(UsageError, match=r"b\.csv' is too large: at most 100 MB"):
        read_start(tmp_path / "b.csv")


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    for suffix in (".csv", ".npy"):
        path = tmp_path_factory.mktemp("any") / f"a{suffix}"
        path.write_bytes(content)
        try:
            assert read_start(path).size
        except UsageError:
            continue


def test_files_are_told_from_regions_by_their_ending():
    assert is_start_file("some/place.NPY")
    assert is_start_file("a.csv")
    assert not any(map(is_start_file, ("corner", "a.npz", "", "csv")))
