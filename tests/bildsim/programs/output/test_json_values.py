"""Values become what JSON can hold, and nothing else changes."""

import json
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bildsim.programs.output.json_values import plain

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_what_json_knows_stays_as_it_is(value):
    assert plain(value) == value
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == value


def test_numbers_that_json_lacks_become_text():
    found = plain({"a": float("inf"), "b": [np.float64("nan"), -np.inf]})
    assert found == {"a": "inf", "b": ["nan", "-inf"]}


def test_numpy_becomes_python():
    found = plain({"i": np.int64(3), "b": np.bool_(True), "x": np.array([[1.5, np.nan]])})
    assert found == {"i": 3, "b": True, "x": [[1.5, "nan"]]}
    assert type(found["i"]) is int
    assert found["b"] is True


def test_anything_else_is_said_in_words():
    assert plain((Path("a/b"), None, "x")) == ["a/b", None, "x"]


def test_bytes_of_names_that_are_no_text_are_spelled():
    assert plain({"a": Path("x\udcff"), "b": "y\udc80"}) == {"a": "x\\xff", "b": "y\\x80"}
