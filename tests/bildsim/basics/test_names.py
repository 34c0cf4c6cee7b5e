"""Names that are no text are spelled out, and all else stays as it is."""

import os

import pytest

from bildsim.basics.names import counted, short, shown, writable


@pytest.mark.parametrize("text", ["", "plain.png", "ünïcode ☃ 方向 👩\u200d🚀", "a\nb\t\\xff [x]"])
def test_text_that_utf_8_holds_stays(text):
    assert writable(text) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"caf\xe9.png", "caf\\xe9.png"),
        (b"\x80\xff", "\\x80\\xff"),
        ("é".encode() + b"\xe9", "é\\xe9"),
    ],
)
def test_bytes_that_are_no_text_are_spelled(name, text):
    kept = name.decode("utf-8", "surrogateescape")
    assert writable(kept) == shown(kept) == text


def test_half_a_character_of_another_system_is_spelled():
    assert writable("a\ud83d") == "a\\ud83d"


def test_a_terminal_gets_one_line_without_commands():
    assert shown("a\nb\t\x1b[31m\x85c") == "a\\nb\\t\\x1b[31m\\x85c"
    assert shown("ünïcode ☃") == "ünïcode ☃"


def test_what_this_system_reads_of_a_name_can_be_written():
    assert writable(os.fsdecode(b"x\xffy")).encode()


def test_long_names_are_shortened_to_their_ends():
    assert short("places.csv") == "places.csv"
    assert short("a/b/" + "c" * 40, 10) == "…ccccccccc"
    assert len(short("n" * 99)) == 28


def test_one_is_not_many():
    assert [counted(n, "robot") for n in (0, 1, 2)] == ["0 robots", "1 robot", "2 robots"]
