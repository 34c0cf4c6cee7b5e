"""Files of numbers: .npy, .npz and .csv, as they are or refused in one sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.targets.files import number_file
from bildsim.targets.files.number_file import read_numbers

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
    with pytest.raises(UsageError, match=f"a{suffix}' is too large: at most"):
        read_numbers(path)


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
