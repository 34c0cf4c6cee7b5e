"""Values against annotations."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

import numpy as np
import pytest

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.basics.schema import fits
from bildsim.network.traffic import Traffic

T = TypeVar("T")
FITTING = [
    (3, int),
    (np.int64(3), int),
    (3, float),
    (np.float32(3), float),
    (True, bool),
    (np.True_, bool),
    ("a", str),
    (None, None),
    (None, Floats | None),
    (np.zeros((2, 3)), Floats | None),
    (np.zeros(2, dtype=np.int64), Ints),
    (np.zeros(2, dtype=np.bool_), Bools),
    (object(), Any),
    (object(), T),
    ((1, "a"), tuple[int, str]),
    ((), tuple[()]),
    ((1, 2, 3), tuple[int, ...]),
    ([1.0], list[float]),
    ([1.0], Sequence[float]),
    ({"a": [1]}, Mapping[str, list[int]]),
    ({"a": object()}, dict[str, Any]),
    (Traffic.none(1), Traffic),
    ("on", Literal["on", "off"]),
]
OTHERS = [
    (3.5, int),
    (True, int),
    (True, float),
    (1, bool),
    ("3", float),
    (3, str),
    (0, None),
    (3, Floats | None),
    ([0.0], Floats),
    (np.zeros(2, dtype=np.float32), Floats),
    (np.zeros(2), Ints),
    ((1, 2), tuple[int, str]),
    ((1,), tuple[int, str]),
    ((1,), tuple[()]),
    ((1, "a"), tuple[int, ...]),
    (["a"], list[int]),
    ((1,), list[int]),
    ({"a": 3}, Mapping[str, str]),
    ({3: "a"}, Mapping[str, str]),
    ({}, Traffic),
    ("up", Literal["on", "off"]),
    (np.zeros(3), Literal["on", "off"]),
    (True, Literal[1, 2]),
]


@pytest.mark.parametrize(("value", "hint"), FITTING)
def test_what_fits(value, hint):
    assert fits(value, hint)


@pytest.mark.parametrize(("value", "hint"), OTHERS)
def test_what_does_not(value, hint):
    assert not fits(value, hint)


def test_an_annotation_that_says_nothing_is_an_error():
    with pytest.raises(TypeError, match="cannot be checked"):
        fits(3, 7)
