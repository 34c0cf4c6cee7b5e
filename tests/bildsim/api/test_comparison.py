"""What came of a comparison: its table, its differences and how it is told."""

import sys

import numpy as np
import pytest
from rich.console import Console

from bildsim import Comparison, UsageError, compare
from bildsim.api.trials import Trial
from bildsim.controllers.baselines.reference.static import Static
from tests.bildsim.api.small import SMALL


class Failing(Static):
    def plan(self, state, observation):
        raise ValueError("no [way]")


@pytest.fixture(scope="session")
def three():
    """Two planners that are done, and one that fails, with three seeds."""
    options = SMALL | {"robots": 6, "jobs": 1}
    return compare({"ot": "ot_assign", "still": "static", "bad": Failing}, seeds=3, **options)


def test_rows_have_medians_and_quartiles(three):
    ot, still, bad = three.table
    ends = [result.w2[-1] for result in three.of("ot")]
    assert ot["w2"] == np.median(ends)
    assert (ot["w2_q25"], ot["w2_q75"]) == pytest.approx(tuple(np.percentile(ends, [25, 75])))
    assert ot["w2"] < still["w2"]
    assert (bad["done"], bad["failed"]) == (0, 3)
    assert "w2" not in bad


def test_differences_are_paired_by_seeds(three):
    still, bad = three.paired("w2")
    pairs = zip(three.of("still"), three.of("ot"), strict=True)
    assert still["median"] == np.median([one.w2[-1] - other.w2[-1] for one, other in pairs])
    assert (still["pairs"], still["less"]) == (3, 0)
    assert bad["pairs"] == 0
    (ot, _) = three.paired("w2", against="still")
    assert ot["less"] == 3


def test_of_an_unknown_name_near_ones_are_told(three):
    with pytest.raises(UsageError, match="metric='w3' is unknown: did you mean w2"):
        three.paired("w3")
    with pytest.raises(UsageError, match="against='stil' is unknown: did you mean still"):
        three.paired(against="stil")
    with pytest.raises(UsageError, match="label='nobody' is unknown"):
        three.of("nobody")


def test_the_text_has_every_row_and_every_failure(three):
    lines = repr(three).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["ot", "still", "bad"]
    assert "3 failed" in lines[3]
    assert lines[-1].endswith("ValueError: no [way]")
    assert "target" not in lines[0], "all have the same"


def test_a_terminal_shows_the_same(three, capsys):
    Console(width=160).print(three)
    assert "bad, 3 trials: the planner" in capsys.readouterr().out


def test_curves_are_cut_to_the_shortest(three, small):
    times, curves = three.curves("ot", ("gmm3", "uniform"), "w2")
    assert curves.shape == (3, len(times))
    short = compare(["static"], seeds=1, robots=2, jobs=1, **(SMALL | {"duration": 0.6}))
    mixed = Comparison(
        [Trial("a", "t", "s", 0, small), Trial("a", "t", "s", 1, short.results[0])], ["a"]
    )
    assert mixed.curves("a", ("t", "s"), "w2")[1].shape == (2, len(short.results[0].rows))
    assert three.curves("bad", ("gmm3", "uniform"), "w2")[1].size == 0


def test_pandas_has_a_row_a_trial(three):
    frame = three.to_pandas()
    assert len(frame) == 9
    assert list(frame["status"]).count("failed") == 3
    medians = frame.groupby("label")["w2"].median()
    assert medians["ot"] == three.table[0]["w2"]


def test_without_pandas_a_sentence_says_how_to_get_it(three, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'bildsim\[pandas\]'"):
        three.to_pandas()


def test_it_has_a_plot_and_html(three):
    assert len(three.plot().axes) == 3
    assert three._repr_html_().startswith("<div")
