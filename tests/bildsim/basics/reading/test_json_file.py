"""JSON of a bounded size and depth, and why anything else is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import reason_of
from bildsim.basics.reading.json_file import MOST_DEPTH, read_json
from bildsim.basics.reading.regular_file import TooLargeError

MOST = 2_000_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(value=JSON)
def test_values_come_back(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    assert read_json(path, MOST) == value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON: Expecting value"),
        (b"{]", "is not JSON: Expecting property name"),
        (b"\xff\xfe", "is not JSON: it is no text in UTF-8"),
        (b"1" * 5000, "is not JSON: Exceeds the limit"),
        (b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1), "nested more than 50 deep"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "nested more than 50 deep"),
        (b"[" * 500_000, "nested more than 50 deep"),
    ],
)
def test_what_is_no_json_of_a_result(tmp_path, content, words):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_json(tmp_path / "a.json", MOST)


def test_the_deepest_that_is_read(tmp_path):
    (tmp_path / "a.json").write_text("[" * MOST_DEPTH + "]" * MOST_DEPTH)
    assert len(read_json(tmp_path / "a.json", MOST)) == 1


def test_long_files_are_refused_unread(tmp_path):
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(10**10)
    with pytest.raises(TooLargeError) as refused:
        read_json(tmp_path / "a.json", 1_000_000)
    assert reason_of(refused.value) == "is too large: at most 1 MB is read"


def test_what_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        read_json(tmp_path, MOST)
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none", MOST)
