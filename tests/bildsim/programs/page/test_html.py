"""The page about a run, in a real browser."""

import pytest

from bildsim.programs.page.html import rendered
from tests.bildsim.programs.page.records import record
from tests.pages import seen, seen_at


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "run.html"
    path.write_text(rendered(record()), encoding="utf-8")
    return path


def test_nothing_is_cut_off_and_the_film_plays(page):
    for width, found in seen_at(page, 1280, 390).items():
        assert found.faults == [], width
        assert len(found.videos) == 1
        assert found.videos[0].width == 160


def test_it_is_dark_where_people_want_it_dark(page):
    script = "() => getComputedStyle(document.body).color"
    light, dark = (seen(page, scheme=scheme, script=script).answer for scheme in ("light", "dark"))
    assert light != dark


def test_it_says_what_was_run_and_what_came_out():
    text = rendered(record())
    assert "<h1>static on gmm3</h1>" in text
    assert "5 robots of radius 25.0 mm, ideal dynamics" in text
    assert "target = &#34;gmm3&#34;" in text
    assert "numpy 1.2.3" in text
    assert "stopped early" not in text


def test_the_curves_fit_a_telephone(page):
    script = """() => [...document.images].filter(image => image.alt === 'metrics over time').map(
        image => [image.getBoundingClientRect().right, image.naturalWidth / image.naturalHeight])"""
    ((right, shape),) = seen(page, 390, script=script).answer
    assert right <= 390
    assert shape < 0.6, "panels above each other"
    ((_, wide),) = seen(page, 1280, script=script).answer
    assert wide > 1.5


def test_a_run_that_was_stopped_says_so():
    stopped = record(status="interrupted", reason="stopped by <Ctrl-C>", simulated_s=0.4)
    text = rendered(stopped)
    words = "The run was stopped early, at 0.4 of 2 s: stopped by &lt;Ctrl-C&gt;."
    assert words in text


def test_a_run_without_anything_is_a_page_too(tmp_path):
    path = tmp_path / "run.html"
    path.write_text(rendered(record(empty=True, status="failed", reason="a bug")))
    assert "There is no film." in path.read_text()
    assert seen(path, 390).faults == []
