"""Lines come as text, and one without end is not read."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.reading.text_lines import LongLineError, text_lines


@given(st.text())
def test_lines_are_those_of_the_text(text):
    assert list(text_lines(io.BytesIO(text.encode("utf-8-sig")), 10_000)) == text.splitlines()


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"\xef\xbb\xbfa\r\nb\n", ["a", "b"]),
        (b"a\rb\n\nc", ["a", "b", "", "c"]),
    ],
)
def test_marks_and_ends_of_lines_are_left_out(content, lines):
    assert list(text_lines(io.BytesIO(content), 10)) == lines


def test_a_line_without_end_is_not_read_to_its_end():
    file = io.BytesIO(b"ab\n" + b"c" * 10_000_000)
    tracemalloc.start()
    with pytest.raises(LongLineError, match="has more than 1000 bytes in line 2"):
        list(text_lines(file, 1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_what_is_no_text():
    with pytest.raises(UnicodeDecodeError):
        list(text_lines(io.BytesIO(b"a\n\xff\n"), 10))
