"""No link of the README or of docs/ is dead. Of links to elsewhere only the form is looked at."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links


@pytest.mark.parametrize(("page", "link"), links(), ids=[f"{p}-{link}" for p, link in links()])
def test_it_leads_somewhere(page, link):
    if "://" in link:
        assert re.fullmatch(r"https://[\w.-]+/\S*", link)
        return
    place, _, anchor = link.partition("#")
    file = (ROOT / page).parent / place if place else ROOT / page
    assert file.exists()
    assert not place.startswith("/")
    if anchor:
        name = str(Path(file).resolve().relative_to(ROOT))
        assert anchor in anchors(PAGES[name])


def test_every_picture_is_shown():
    shown = {Path(link).name for _, link in links()}
    pictures = {path.name for kind in ("jpg", "png", "svg") for path in ROOT.glob(f"docs/*.{kind}")}
    assert pictures <= shown
