"""CITATION.cff can be read, and says what pyproject.toml says."""

import tomllib

import pytest

from tests.docs.pages import EVERYTHING, ROOT

yaml = pytest.importorskip("yaml")


@pytest.fixture(scope="module")
def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_it_has_what_the_format_requires(citation):
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert citation["type"] == "software"


def test_it_agrees_with_the_package(citation):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"]


def test_the_paper_is_the_one_of_the_pages(citation):
    (paper,) = citation["references"]
    assert paper["title"] in EVERYTHING
    assert paper["url"] in EVERYTHING
    assert [author["family-names"] for author in paper["authors"]] == [
        "Brumali",
        "Carnevale",
        "Martínez",
        "Notarstefano",
    ]
