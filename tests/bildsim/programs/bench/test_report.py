"""The report of a benchmark."""

import re

import pytest

from bildsim.programs.bench.report import report
from bildsim.programs.plots.files import draw_all
from tests.bildsim.programs.made_trials import BENCH, results


@pytest.fixture(scope="module")
def page():
    return report(results(), BENCH, [])


def test_planners_and_their_medians_are_there(page):
    for planner in ("static", "bild-macro"):
        assert page.count(planner) > 2
    assert "0.2100" in page
    assert "0.8100" in page


def test_every_anchor_that_is_linked_exists(page):
    links = set(re.findall(r'href="#([^"]+)"', page))
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert links
    assert links <= anchors


def test_plots_are_in_the_page(tmp_path):
    from matplotlib.figure import Figure

    plots = draw_all([("cost", "Cost", "A caption.", lambda: Figure())], tmp_path)
    page = report(results(), BENCH, plots)
    assert "data:image/png;base64," in page
    assert "A caption." in page
