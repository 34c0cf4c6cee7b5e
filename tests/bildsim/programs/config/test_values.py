"""Values from words and from TOML: the same checks, the same sentences."""

import math
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.values import from_toml, from_words


@given(st.integers())
def test_whole_numbers(number):
    assert from_words("robots", int, str(number)) == number
    assert from_toml("robots", int | None, number) == number
    assert type(from_toml("gain", float, number)) is float or abs(number) > 1e300


@given(st.floats(allow_nan=False))
def test_numbers(number):
    assert from_words("gain", float | None, repr(number)) == number
    assert from_toml("gain", float, number) == number


def test_not_a_number_is_a_number_for_others_to_refuse():
    assert math.isnan(from_words("gain", float, "nan"))


@given(st.text())
def test_text_is_taken_as_it_is(text):
    assert from_words("target", str, text) == text
    assert from_toml("target", str, text) == text
    assert not text or from_words("out", Path, text) == Path(text)


def test_what_is_optional_can_be_none():
    assert from_words("radius", float | None, "None") is None
    assert from_words("target", str, "None") == "None"


@pytest.mark.parametrize(
    ("hint", "words", "sentence"),
    [
        (int, "2.5", "--robots 2.5 is not a whole number"),
        (int, "", "--robots '' is not a whole number"),
        (int, "9" * 5000, "--robots has too many digits"),
        (float, "1m", "--robots 1m is not a number"),
        (Path, "", "--robots '' is empty: it must name a file or a directory"),
        (Literal["top", "camera"], "side", "--robots side is unknown: valid are top, camera"),
    ],
)
def test_words_of_another_type(hint, words, sentence):
    with pytest.raises(UsageError) as refused:
        from_words("robots", hint, words)
    assert refused.value.said(as_option) == sentence


@pytest.mark.parametrize(
    ("hint", "value", "sentence"),
    [
        (int, 2.5, "robots=2.5 is not a whole number"),
        (int, True, "robots='true' is not a whole number"),
        (int, math.inf, "robots=inf is not a whole number"),
        (int, 1e300, r"robots=1e\+300 is not a whole number"),
        (float, "5", "robots='5' is not a number"),
        (float, 10**400, "is not a number"),
        (bool, 1, "robots=1 is not true or false"),
        (str, [], r"robots=\[\] is not text"),
        (Path, "", "robots='' is empty: it must name a file or a directory"),
        (Path, 3, "robots=3 is not a path, as text"),
        (Literal["top", "camera"], 3, "robots='3' is unknown: valid are top, camera"),
    ],
)
def test_toml_of_another_type(hint, value, sentence):
    with pytest.raises(UsageError, match=sentence):
        from_toml("robots", hint, value)
