"""The site: it is built without a warning, needs no network, and reads well, wide and narrow.

Needs what builds it (``pip install -e '.[dev]'``).
"""

import re

import pytest

from bildsim.programs.config.options import options
from tests.docs.hooks_loaded import hook
from tests.docs.pages import ROOT

pytest.importorskip("mkdocs", reason="the site is built with the extra docs")
pytest.importorskip("latex2mathml", reason="the site is built with the extra docs")
WIDTHS = (1280, 390)
LOOKED_AT = (
    "index.html",
    "quick_start.html",
    "algorithm.html",
    "metrics.html",
    "results.html",
    "step_size.html",
    "options.html",
    "api/envs.html",
    "api/controllers.html",
    "source/controllers/planner.py.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site; a warning would be an exception."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()
    return folder


def html(site):
    return {str(path.relative_to(site)): path.read_text("utf-8") for path in site.rglob("*.html")}


def test_every_page_is_there(site):
    built = html(site)
    for path in (ROOT / "docs").rglob("*.md"):
        name = str(path.relative_to(ROOT / "docs").with_suffix(".html"))
        assert name.replace("README", "index") in built
    assert {"changelog.html", "contributing.html"} <= built.keys()


def test_nothing_is_loaded_from_elsewhere(site):
    loads = re.compile(r'<(?:script|img|iframe|source)[^>]*\bsrc="?(?:https?:)?//')
    links = re.compile(r'<link[^>]*\bhref="?https?:')
    for name, text in html(site).items():
        assert not loads.search(text), name
        assert not links.search(text), name


def test_equations_are_mathml(site):
    text = html(site)["algorithm.html"]
    assert text.count("<math") > 50
    assert 'class="number">(6a)<' in text
    assert all('class="arithmatex"' not in one for one in html(site).values())


@pytest.mark.parametrize("program", ["run", "bench", "attribute", "reproduce"])
def test_every_option_is_listed(site, program):
    text = html(site)["options.html"]
    for option in options(hook("option_lists").PROGRAMS[f"bildsim.{program}"]):
        assert f'id="{program}-{option.name.replace("_", "-")}"' in text


def test_the_reference_has_what_packages_export(site):
    import bildsim.controllers
    import bildsim.density
    import bildsim.envs
    import bildsim.metrics
    import bildsim.network
    import bildsim.targets

    for name in ("controllers", "density", "envs", "metrics", "network", "targets"):
        package = getattr(bildsim, name)
        text = html(site)[f"api/{name}.html"]
        for member in package.__all__:
            assert re.search(rf'id="bildsim\.{name}\.{member}"', text), f"{name}.{member}"


@pytest.fixture(scope="module")
def chromium():
    driver = pytest.importorskip("playwright.sync_api").sync_playwright
    with driver() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
        except Exception as error:
            pytest.skip(f"there is no Chromium: {error}")
        yield browser
        browser.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_read_well(site, chromium, width, dark):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page, heard, asked = context.new_page(), [], []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for name in LOOKED_AT[:: 3 if dark else 1]:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()
    assert heard == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


def test_the_search_finds_words_without_a_server(site, chromium):
    page = chromium.new_page()
    page.goto((site / "index.html").as_uri())
    page.click("input.md-search__input")
    page.wait_for_selector('.md-search-result__meta:has-text("Type to start")', timeout=10_000)
    page.fill("input.md-search__input", "hypergradient")
    page.wait_for_selector(".md-search-result__item", timeout=10_000)
    assert "The algorithm" in page.inner_text(".md-search-result__list")
