"""The page on planners: its tables are those of the classes, and every option has a meaning."""

import importlib.util

import pytest

from bildsim.controllers.registry import PLANNER_NAMES, options_by_name
from tests.docs.pages import PAGES, ROOT

PAGE = PAGES["docs/planners.md"]
_SPEC = importlib.util.spec_from_file_location("list_planners", ROOT / "docs" / "list_planners.py")
listing = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(listing)


def test_its_tables_are_those_of_the_code():
    assert listing.page(PAGE) == PAGE, "python docs/list_planners.py writes them anew"


@pytest.mark.parametrize("name", PLANNER_NAMES)
def test_every_planner_and_option_has_a_line_that_says_something(name):
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    assert all(all(row) for row in cells)
    assert [row[1].strip("`") for row in cells[1:]] == list(options_by_name(name))
