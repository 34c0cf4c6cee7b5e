"""How a comparison looks in a notebook."""

import xml.etree.ElementTree as ElementTree

from bildsim.api.comparison import Comparison
from bildsim.api.showing.comparison_html import comparison_html
from bildsim.api.trials import Trial


def tree(found):
    return ElementTree.fromstring(f"<body>{comparison_html(found)}</body>")


def test_the_best_is_bold_and_a_failure_is_told(small, moving):
    found = Comparison(
        [
            Trial("a", "t", "s", 0, small),
            Trial("b", "t", "s", 0, moving),
            Trial("<c>", "t", "s", 0, None, "a < b"),
        ],
        ["a", "b", "<c>"],
    )
    lines = list(tree(found).iter("tr"))[1:]
    bold = [[cell.text for cell in line if "bold" in cell.get("style")] for line in lines]
    best = "b" if moving.w2[-1] < small.w2[-1] else "a"
    assert f"{min(moving.w2[-1], small.w2[-1]):.3g}" in bold["ab".index(best)]
    assert bold[2] == []
    assert lines[2][0].text == "<c>"
    assert [item.text for item in tree(found).iter("li")] == ["<c>, t, s, seed 0: a < b"]


def test_targets_have_a_column_where_they_differ(small):
    one = Comparison([Trial("a", "t", "s", 0, small)], ["a"])
    two = Comparison([*one.trials, Trial("a", "u", "s", 0, small)], ["a"])
    assert [head.text for head in tree(one).iter("th")][:2] == ["label", "trials"]
    assert [head.text for head in tree(two).iter("th")][:3] == ["label", "target", "trials"]
