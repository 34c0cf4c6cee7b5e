"""The page of an attribution."""

from dataclasses import replace

import pytest

from bildsim.programs.attribute.config import AttributeConfig
from bildsim.programs.attribute.plot import attribution_figure
from bildsim.programs.attribute.report import report
from bildsim.programs.plots.files import Plot, save_all
from bildsim.programs.supplement.page import rendered, table_files
from tests.bildsim.programs.attribute.made import ALL, SHARES
from tests.bildsim.programs.plots.overlap import faults
from tests.pages import seen_at

CONFIG = AttributeConfig(seeds="0:2")


@pytest.fixture
def plot(tmp_path):
    return Plot(save_all(attribution_figure([SHARES]), tmp_path / "a.png"), "Parts", "Bars.")


def test_it_says_which_obstacle_costs_most(plot):
    page = report([SHARES], ALL, CONFIG, plot)
    said = " ".join(page.abstract)
    assert "bild-macro, gmm3, uniform: w2 at the end grows by 0.500 m" in said
    assert "1 case, each" in said
    assert page.command.startswith("python -m bildsim.attribute --seeds 0:2")


def test_the_table_has_every_step_and_the_whole_gap(plot):
    table = report([SHARES], ALL, CONFIG, plot).sections[0].parts[1]
    names = [row.name for row in table.rows]
    assert names[0] == "ideal"
    assert names[-2:] == ["= whole gap", "as asked for"]
    assert table.groups == [("at the end", 2), ("mean over the run", 2)]
    assert [column.heading for column in table.columns[:2]] == ["kl_fit (nats) ↓", "w2 (m) ↓"]
    assert float(table.shown[1][0].text) == pytest.approx(0.1)


def test_few_seeds_and_lost_trials_are_warnings(plot):
    lost = replace(ALL[0], results=[{"status": "failed"}] * len(ALL[0].results))
    said = " ".join(report([SHARES], [*ALL, lost], CONFIG, plot).warnings)
    assert "2 seeds give standard errors" in said
    assert "1 trials were not done" in said
    assert not report([SHARES], ALL, AttributeConfig(seeds="0:5"), plot).warnings


def test_it_looks_right_in_a_browser_and_its_figure_too(plot, tmp_path):
    page = report([SHARES], ALL, CONFIG, plot)
    path = tmp_path / "report.html"
    path.write_text(rendered(page), encoding="utf-8")
    assert [found.faults for found in seen_at(path, 1280, 390).values()] == [[], []]
    assert set(table_files(page.sections)) == {
        *("parts_bild-macro_gmm3_uniform.csv", "parts_bild-macro_gmm3_uniform.tex"),
        *("steps.csv", "steps.tex"),
    }
    assert faults(attribution_figure([SHARES])) == []
