"""Files of numbers: .npy, .npz and .csv, as they are or refused in one sentence."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.targets.files import number_file
from bildsim.targets.files.array_file import read_array_file
from bildsim.targets.files.number_file import read_numbers
from bildsim.targets.files.reading import AS_IT_IS, Reading

VALUES = np.array([[0.5, 1.0, 2.25], [4.0, 1e-7, 3.0]])


def write(path, values=VALUES):
    if path.suffix == ".csv":
        np.savetxt(path, values, delimiter=",", fmt="%.17g")
    else:
        (np.save if path.suffix == ".npy" else np.savez_compressed)(path, values)
    return path


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv"])
def test_numbers_come_back(tmp_path, suffix):
    np.testing.assert_array_equal(read_numbers(write(tmp_path / f"a{suffix}")), VALUES)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_types_are_kept(tmp_path, suffix):
    path = write(tmp_path / f"a{suffix}", VALUES.astype(np.uint8))
    assert read_numbers(path).dtype == np.uint8


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff0.5,1,2.25\r\n4,1e-7,3\r\n",
        "# density of my own\n0.5, 1, 2.25\n4, 1e-7, 3",
        "0.5,1,2.25\n\n4,1e-7,3\n\n",
    ],
)
def test_tables_as_programs_write_them(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    np.testing.assert_array_equal(read_numbers(tmp_path / "a.csv"), VALUES)


def test_a_table_of_one_line_is_still_a_table(tmp_path):
    (tmp_path / "a.csv").write_text("1,2,3\n")
    assert read_numbers(tmp_path / "a.csv").shape == (1, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y\n1,2\n", "could not convert string 'x' to float64 at row 0"),
        ("1;2\n3;4\n", "could not convert string '1;2'"),
        ("1,2\n3\n", "number of columns changed from 2 to 1"),
    ],
)
def test_other_texts_are_no_tables(tmp_path, text, words):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(UsageError, match=f"a.csv' is no table of numbers with commas .*{words}"):
        read_numbers(tmp_path / "a.csv")


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"1,2\n\xff\xfe\n")
    with pytest.raises(UsageError, match=r"a.csv' is no table of numbers with commas"):
        read_numbers(tmp_path / "a.csv")


def test_archives_of_several_arrays_name_them(tmp_path):
    np.savez(tmp_path / "two.npz", density=VALUES, x=VALUES)
    with pytest.raises(UsageError, match=r"two.npz' holds 2 arrays \(density, x\): .* of one"):
        read_numbers(tmp_path / "two.npz")
    np.savez(tmp_path / "none.npz")
    with pytest.raises(UsageError, match=r"none.npz' holds no array"):
        read_numbers(tmp_path / "none.npz")


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_objects_are_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    (np.save if suffix == ".npy" else np.savez)(path, np.array([[1, None]], dtype=object))
    with pytest.raises(UsageError, match="is damaged or holds objects"):
        read_numbers(path)


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv"])
def test_what_is_too_large_is_refused_before_it_is_read(tmp_path, suffix, monkeypatch):
    path = write(tmp_path / f"a{suffix}", np.zeros((300, 300)))
    monkeypatch.setattr(number_file, "MOST_BYTES", 300 * 300)
    monkeypatch.setattr(number_file, "MOST_TABLE_BYTES", 300 * 300)
    with pytest.raises(UsageError, match=f"a{suffix}' is too large: at most"):
        read_numbers(path)


def claiming(shape, descr="<f8", order=False):
    """Return the header of an array, and no array."""
    file = io.BytesIO()
    claim = {"descr": descr, "fortran_order": order, "shape": shape}
    np.lib.format.write_array_header_1_0(file, claim)
    return file.getvalue()


def refused(path, read=read_numbers):
    """Return what is said of a file, and the most memory that saying it took (bytes)."""
    tracemalloc.start()
    try:
        with pytest.raises(UsageError) as error:
            read(path)
        return str(error.value), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (claiming((2**62, 4)), "is too large: at most 32 million values"),
        (claiming((2**62, 4), order=True), "is too large: at most 32 million values"),
        (claiming((1000, 900, 500)), "is too large: at most 32 million values"),
        (claiming((7000, 7000, 4)), "can be a picture or a film"),
        (claiming((5000, 5000)), "is damaged"),
        (claiming((-4, 4)), "is damaged"),
        (claiming((4, 4), "|O"), "is damaged or holds objects"),
        (claiming((4, 4), "<U100000000"), "holds <U100000000 values"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff", "is damaged"),
    ],
)
def test_what_a_header_claims_is_judged_before_memory_is_taken(tmp_path, suffix, claim, words):
    path = tmp_path / f"a{suffix}"
    if suffix == ".npz":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.npy", claim + bytes(10_000))
    else:
        path.write_bytes(claim)
    said, peak = refused(path, lambda path: read_array_file(path, AS_IT_IS))
    assert words in said
    assert peak < 4_000_000


@pytest.mark.parametrize("layout", ["picture", "film", "density"])
def test_a_sparse_file_is_refused_by_its_header(tmp_path, layout):
    path = tmp_path / "a.npy"
    shape = (9000, 9000) if layout != "film" else (90, 1000, 900)
    path.write_bytes(claiming(shape, "|u1"))
    with path.open("r+b") as file:
        file.truncate(400_000_000)
    said, peak = refused(path, lambda path: read_array_file(path, Reading(layout)))
    assert "is too large" in said
    assert peak < 1_000_000


def test_an_array_may_not_take_more_bytes_than_the_bound(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(claiming((8000, 8000, 4)))
    with path.open("r+b") as file:
        file.truncate(3 * 10**9)
    said, peak = refused(path, lambda path: read_array_file(path, Reading("picture")))
    assert "is too large: at most 512 MB is read" in said
    assert peak < 1_000_000


def test_a_member_that_unpacks_to_more_than_it_says_is_read_no_further(tmp_path):
    content = claiming((100, 100)) + bytes(80_000)
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", content + bytes(100_000_000))
    raw = path.read_bytes()
    assert len(raw) < 200_000
    path.write_bytes(raw.replace((len(content) + 10**8).to_bytes(4, "little"), b"\x80\x50\1\0"))
    tracemalloc.start()
    try:
        assert read_numbers(path).shape == (100, 100)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_packed_in_other_ways_are_not_unpacked(tmp_path, packing):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", packing) as archive:
        archive.writestr("a.npy", claiming((2,)) + bytes(16))
    assert "is damaged" in refused(tmp_path / "a.npz")[0]


def test_archives_of_very_many_members(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for number in range(30_000):
            archive.writestr(f"folder/{number}.npy", b"")
    said, peak = refused(tmp_path / "a.npz")
    assert "is damaged" in said
    assert peak < 3_000_000


def test_the_names_of_a_few_members_are_said(tmp_path):
    np.savez(tmp_path / "a.npz", **{f"{'long' * 50}{number}": VALUES for number in range(9)})
    said, _ = refused(tmp_path / "a.npz")
    assert "holds 9 arrays (" in said
    assert "and 4 more): a target is read from an archive of one" in said
    assert len(said) < 600


def test_a_member_may_lie_in_a_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("some/where.npy", claiming((2, 1)) + bytes(16))
    np.testing.assert_array_equal(read_numbers(tmp_path / "a.npz"), np.zeros((2, 1)))


@pytest.mark.parametrize("content", [b"\0", b"1,", b"x", b'"'])
def test_a_table_of_one_endless_line_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content * 3_000_000)
    said, peak = refused(path)
    assert "has more than 1000000 bytes in line 1: that is no table" in said
    assert peak < 10_000_000


def test_of_a_long_cell_only_the_beginning_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("x" * 900_000)
    assert len(refused(tmp_path / "a.csv")[0]) < 600


def test_a_long_sparse_table_is_refused_unread(tmp_path):
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(400_000_000)
    said, peak = refused(tmp_path / "a.csv")
    assert "is too large: at most 100 MB is read" in said
    assert peak < 1_000_000


@given(suffix=st.sampled_from([".npy", ".npz", ".csv"]), data=st.data())
def test_damaged_files_are_numbers_or_one_sentence(tmp_path_factory, suffix, data):
    path = write(tmp_path_factory.mktemp("damaged") / f"a{suffix}")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    said, kind = None, "f"
    try:
        kind = read_numbers(path).dtype.kind
    except UsageError as error:
        said = str(error)
    assert said is None or said.startswith(f"target_file={str(path)!r} ")
    assert kind in "buif"


def test_a_table_that_fails_while_it_is_read_is_refused_in_a_sentence(tmp_path):
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("needs a file that can be opened and not be read")
    (tmp_path / "a.csv").symlink_to(memory)
    with pytest.raises(UsageError, match="cannot be read: input/output error"):
        read_numbers(tmp_path / "a.csv")
