"""The look at pages finds what is wrong with one; otherwise tests of pages would prove nothing."""

import imageio.v3 as iio
import numpy as np
import pytest

from tests.pages import browser_path, seen, seen_at

HEAD = "<!doctype html><meta charset=utf-8><style>body{margin:8px}</style>"
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwAE"
    "BwICkGlSFAAAAABJRU5ErkJggg=="
)
pytestmark = pytest.mark.skipif(browser_path() is None, reason="no Chromium on this machine")


@pytest.fixture
def page(tmp_path):
    def write(body):
        path = tmp_path / "page.html"
        path.write_text(HEAD + body, encoding="utf-8")
        return path

    return write


def test_a_good_page_has_no_faults(page, tmp_path):
    body = (
        f'<p>text</p><img alt=dot src="{DOT}"><div style="overflow-x:auto">'
        '<div style="width:3000px">wide</div></div>'
    )
    picture = tmp_path / "page.png"
    found = seen(page(body), 390, picture=picture, script="() => innerWidth")
    assert found.faults == []
    assert found.answer == 390
    assert picture.stat().st_size > 0


def test_what_sticks_out_is_named(page):
    pages = seen_at(page('<p id="much" style="width:500px">wide</p>'), 390, 1280)
    assert {width: found.wide for width, found in pages.items()} == {390: ['p "much"'], 1280: []}


def test_what_is_hidden_is_named(page):
    body = '<div id="box" style="width:90px;overflow:hidden;white-space:nowrap">' + "w " * 90
    assert seen(page(body), 390).cut == ['div "box"']


def test_errors_and_images_and_requests_are_named(page):
    body = (
        '<img alt="gone" src="gone.png"><script>console.error("bad"); nowhere()</script>'
        '<img alt="far" src="https://example.invalid/x.png">'
    )
    found = seen(page(body))
    assert found.broken == ["gone", "far"]
    said = " ".join(found.errors)
    for word in ("bad", "nowhere is not defined", "gone.png", "asks for https://example.invalid"):
        assert word in said


def test_a_video_plays_or_says_why_not(page, tmp_path):
    frames = np.random.default_rng(0).integers(0, 255, (20, 64, 96, 3), dtype=np.uint8)
    iio.imwrite(tmp_path / "film.mp4", frames, fps=10, codec="libx264", pixelformat="yuv420p")
    body = '<video src="film.mp4" controls></video><video src="none.mp4"></video>'
    good, bad = seen(page(body)).videos
    assert (good.plays, good.width, good.height) == (True, 96, 64)
    assert good.duration == pytest.approx(2.0, abs=0.1)
    assert good.ready >= 2
    assert not bad.plays
    assert bad.error
