"""A page that goes beside a paper, in a real browser."""

import re

import pytest
from matplotlib.figure import Figure

from bildsim.basics.errors import RunError
from bildsim.programs.plots.files import draw_all
from bildsim.programs.supplement.page import (
    Page,
    Section,
    embedded,
    made_with,
    rendered,
    table_files,
    write_files,
)
from bildsim.programs.supplement.table import Cell, Column, Row, Table
from tests.pages import seen, seen_at

WIDE = Table(
    "wide/name",
    "A table with <b>many</b> columns.",
    "planner",
    [Column(f"target {k}", "m", "less", group="w2 (m)") for k in range(30)],
    [
        Row("first", [Cell(0.1, 0.05, 0.2)] * 30),
        Row("second", [Cell(0.2)] * 30),
        Row("least", [Cell(0.05)] * 30, ranked=False),
    ],
)
WORDS = Table("words", "Words.", "name", [Column("says")], [Row("a", [Cell(words="yes " * 40)])])


def lines(count=1):
    figure = Figure(figsize=(7.2, 2.0))
    axes = figure.subplots()
    for number in range(count):
        axes.plot(range(200), [number + k % 7 for k in range(200)])
    return figure


@pytest.fixture
def plots(tmp_path):
    drawings = [("one", "One", "A caption.", lines), ("two", "Two", "More.", lambda: lines(90))]
    return draw_all(drawings, tmp_path / "plots")


@pytest.fixture
def page(plots):
    return Page(
        title="A comparison & more",
        abstract=["What was done.", "What came of it."],
        sections=[
            Section("first", "First", ("Said before.",), [WIDE, plots[0]]),
            Section("second", "Second", parts=[plots[1], WORDS]),
        ],
        command="python -m bildsim.bench --out DIRECTORY " + "--option 'a value' " * 20,
        settings="seeds = '0:3'\n" + "long = '" + "x" * 400 + "'",
        warnings=["Too few seeds."],
        facts=[("Computing time", "3 s")],
        meanings=[("w2", "distance (m)")],
    )


def test_tables_and_figures_are_numbered_in_order(page):
    text = rendered(page)
    assert re.findall(r"<b>Table (\d)\.", text) == ["1", "2"]
    assert re.findall(r"<b>Figure (\d)\. (\w+)\.", text) == [("1", "One"), ("2", "Two")]
    assert re.findall(r"<h2>(.*)</h2>", text) == ["1. First", "2. Second", "3. How it was made"]


def test_it_escapes_what_it_is_given_and_needs_nothing_else(page):
    text = rendered(page)
    assert "A comparison &amp; more" in text
    assert "&lt;b&gt;many&lt;/b&gt;" in text
    assert "<script" not in text
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)


def test_every_anchor_that_is_linked_exists(page):
    text = rendered(page)
    links = re.findall(r'href="#([^"]+)"', text)
    assert links == ["first", "second", "made"]
    assert set(links) <= set(re.findall(r'id="([^"]+)"', text))


def test_a_drawing_of_lines_is_in_it_as_svg_and_a_large_one_as_png(plots):
    assert embedded(plots[0]).startswith("data:image/svg+xml;base64,")
    vector = plots[0].path.with_suffix(".svg")
    vector.write_bytes(vector.read_bytes() + b" " * 200_000)
    assert embedded(plots[0]).startswith("data:image/png;base64,")


def test_it_says_what_it_was_made_with():
    said = dict(made_with())
    assert said["Code"].startswith("commit ")
    for name in ("bildsim", "numpy", "python"):
        assert f"{name} " in said["Versions"]
    assert "core" in said["This page was written on"]


def test_it_looks_right_in_a_browser_wide_and_narrow(page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(rendered(page), encoding="utf-8")
    for found in seen_at(path, 1280, 390).values():
        assert found.faults == []


def test_a_telephone_shows_figures_in_their_size_and_says_that_they_scroll(page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(rendered(page), encoding="utf-8")
    script = """() => [getComputedStyle(document.querySelector('.hint')).display,
        ...[...document.images].map(image => image.width)]"""
    hint, *narrow = seen(path, 390, script=script).answer
    assert hint == "block"
    none, *wide = seen(path, 1280, script=script).answer
    assert none == "none"
    assert narrow == pytest.approx(wide, abs=20)
    assert min(wide) > 600


def test_it_is_dark_in_the_dark_and_white_on_paper(page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(rendered(page), encoding="utf-8")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    shades = {
        name: seen(path, scheme=scheme, media=media, script=ground).answer
        for name, scheme, media in (("dark", "dark", "screen"), ("paper", "dark", "print"))
    }
    assert shades == {"dark": "rgb(21, 25, 29)", "paper": "rgb(255, 255, 255)"}


def test_every_table_is_a_csv_and_a_tex_file(page):
    files = table_files(page.sections)
    assert sorted(name.rsplit(".", 1)[1] for name in files) == ["csv", "csv", "tex", "tex"]
    assert all("/" not in name for name in files)


def test_files_of_an_earlier_page_go_and_others_stay(tmp_path):
    (tmp_path / "old.csv").write_text("x")
    (tmp_path / "notes.txt").write_text("x")
    write_files(tmp_path, {"new.csv": "a\n"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.csv", "notes.txt"]
    with pytest.raises(RunError, match="cannot be written"):
        write_files(tmp_path / "notes.txt", {"new.csv": "a\n"})
