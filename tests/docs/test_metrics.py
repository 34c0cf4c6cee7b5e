"""The page on metrics defines every column, in the unit that the code says, and the reverse."""

import re

import pytest

from bildsim.simulation.measurements import COLUMNS
from tests.docs.pages import PAGES

PAGE = PAGES["docs/metrics.md"]
SECTIONS = dict(re.findall(r"^### `(\w+)`\n\n(.+?)$", PAGE, re.MULTILINE))
"""By column the first line under its heading: its unit, and which way is better."""
NAMES_OF_UNITS = {"1/m^2": "1/m²", "m^2": "m²", "m^2/s": "m²/s"}
COUNTED = {"contacts": "pairs", "wall_contacts": "robots", "active": "robots"}
COUNTED |= {"components": "parts", "rounds": "rounds", "messages_sent": "messages"}
COUNTED |= {"bytes_sent": "bytes", "bytes_broadcast": "bytes"}
SHARES = {"saturated", "safety_acted", "safety_infeasible"}


def unit(column):
    if column in SHARES:
        assert COLUMNS[column].startswith("share")
        return "share, 0 to 1"
    said = re.search(r"\(([\w/^]+)\)$", COLUMNS[column])
    return COUNTED[column] if said is None else NAMES_OF_UNITS.get(said[1], said[1])


def test_every_column_has_a_section_and_no_other_has_one():
    assert set(SECTIONS) == set(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
def test_its_unit_is_that_of_the_code(column):
    words = SECTIONS[column].split(" · ")[0]
    assert words == unit(column) or words.startswith(f"{unit(column)} ")


@pytest.mark.parametrize("column", ["kl_fit", "js_kde", "w2", "energy", "ergodic", "locational"])
def test_metrics_have_an_equation_a_direction_and_a_source(column):
    (section,) = re.findall(rf"^### `{column}`\n(.*?)^##", PAGE, re.MULTILINE | re.DOTALL)
    assert "$$" in section
    assert "lower is better" in section
    assert re.search(r"\([^()]* \d{4}", section)
