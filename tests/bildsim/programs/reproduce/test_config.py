"""What the reproduction of the paper is asked to do."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.reproduce.config import Options, chosen_target, parse_reproduction


def test_both_sets_of_constants_unless_told_otherwise():
    assert Options().names == ("paper", "ours")
    assert parse_reproduction(["--settings", "paper"]).names == ("paper",)


def test_what_determines_the_results_leaves_out_where_they_go():
    one = parse_reproduction(["--robots", "7", "--out", "a", "--quiet"]).determining
    assert one == parse_reproduction(["--robots", "7", "--out", "b"]).determining
    assert one != parse_reproduction(["--robots", "8"]).determining
    assert one["constants"]["paper"]["curvature_limit"] == "inf"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--robots 0", "--robots 0 is not possible: allowed is 1 to 2000"),
        ("--rounds 10000001", "--rounds 10000001 is not possible"),
        ("--seed -1", "--seed -1 is not possible"),
        ("--settings theirs", "--settings theirs is unknown"),
    ],
)
def test_what_is_not_possible(line, words):
    with pytest.raises(UsageError) as refused:
        parse_reproduction(line.split())
    assert refused.value.said(as_option).startswith(words)


def test_targets_are_the_papers_or_named_ones():
    hills = chosen_target("Two-Hills", 0)
    heights = hills.density(np.array([[-0.45, -0.45], [0.45, 0.45], [0.0, 0.0]]))
    assert heights[0] == pytest.approx(heights[1])
    assert heights[2] < heights[0]
    assert chosen_target("ring", 0).name == "ring"
    with pytest.raises(UsageError, match="did you mean two-hills"):
        chosen_target("two-hils", 0)
