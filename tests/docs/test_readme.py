"""The README: short, with both commands, and every planner named there or in docs/."""

import re

import pytest

from bildsim.controllers.registry import PLANNER_NAMES
from tests.docs.pages import EVERYTHING, PAGES, ROOT

README = PAGES["README.md"]


@pytest.mark.parametrize("name", PLANNER_NAMES)
def test_every_planner_is_named(name):
    assert re.search(rf"[`*| ]{re.escape(name)}[`*,| ]", EVERYTHING)


def test_both_commands_make_their_own_environment():
    commands = [line for line in README.splitlines() if line.startswith("    python3 -m venv")]
    assert len(commands) == 2
    assert "bildsim.run --robots 100 --video out.mp4" in commands[0]
    assert commands[1].endswith("-m pytest -n auto")


def test_it_is_short():
    assert len(README.splitlines()) <= 110


def test_it_has_one_table_of_results_and_one_of_pages():
    assert len(re.findall(r"^\|---", README, re.MULTILINE)) == 2


def test_the_index_names_every_page_and_the_readme_names_the_index():
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert all(f"({page})" in PAGES["docs/README.md"] for page in pages)
    assert "(docs/README.md)" in README


def test_its_results_are_those_of_the_page():
    rows = [line for line in README.splitlines() if re.match(r"\| .* \| [-.\d]+ \|", line)]
    known = PAGES["docs/results.md"].replace("| iid |", "| iid (random draws) |").splitlines()
    assert len(rows) == 8
    assert all(row in known for row in rows)
