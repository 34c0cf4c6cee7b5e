"""Ranges and lists that a number is drawn from."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.randomisation.ranges import Choice, Range, numbers_of


def test_a_range_is_drawn_from_evenly():
    drawn = numbers_of("x", (1.0, 3))
    assert drawn == Range(1.0, 3.0)
    assert drawn.extremes == (1.0, 3.0)
    rng = np.random.default_rng(0)
    values = [drawn.draw(rng) for _ in range(2000)]
    assert 1.0 <= min(values) < 1.01
    assert 2.99 < max(values) <= 3.0
    assert abs(np.mean(values) - 2.0) < 0.05


def test_of_a_list_each_is_as_likely():
    drawn = numbers_of("x", [0.5, 2, 7.0])
    assert drawn == Choice((0.5, 2.0, 7.0))
    assert drawn.extremes == (0.5, 2.0, 7.0)
    rng = np.random.default_rng(0)
    values, counts = np.unique([drawn.draw(rng) for _ in range(3000)], return_counts=True)
    assert values.tolist() == [0.5, 2.0, 7.0]
    assert counts.min() > 900


def test_single_precision_stands_for_what_was_written():
    half = np.float16(0.1)
    assert numbers_of("x", (half, np.float32(0.2))) == Range(0.1, 0.2)
    assert numbers_of("x", [np.float32(0.3), 1]) == Choice((0.3, 1.0))
    assert numbers_of("x", (np.float64(0.1), np.int64(2))) == Range(0.1, 2.0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], r"^randomise 'x' \[\] is not possible: there is nothing to choose from"),
        ((2.0, 1.0), r"the range is reversed, allowed is \(1.0, 2.0\)"),
        ((1.0, 2.0, 3.0), r"allowed is a range \(low, high\) or a list to choose from"),
        (0.5, "allowed is a range"),
        ("fast", "allowed is a range"),
        ({"low": 1.0}, "allowed is a range"),
        (np.array([1.0, 2.0]), "allowed is a range"),
        ((0.0, float("nan")), "finite numbers"),
        ([0.0, float("inf")], "finite numbers"),
        ([0.1, "0.2"], "finite numbers"),
        ([True], "finite numbers"),
        ((None, 1.0), "finite numbers"),
    ],
)
def test_what_nothing_can_be_drawn_from(given, words):
    with pytest.raises(UsageError, match=words):
        numbers_of("x", given)


def test_long_lists_are_cut_in_the_sentence():
    with pytest.raises(UsageError) as refused:
        numbers_of("x", [*range(200), "y"])
    assert len(str(refused.value)) < 160
