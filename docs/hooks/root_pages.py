"""A hook of mkdocs: pages that stand at the top of the repository are pages of the site, too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
"""Files at the top, and what they are called on the site."""
_LINK = re.compile(r"(\]\()(?!\w+:|#)([^)\s]+)\)")


def moved(text: str) -> str:
    """Return a page from the top as if it stood in docs/: its links lead to the same places."""
    return _LINK.sub(lambda found: f"{found[1]}{_from_docs(found[2])})", text)


def _from_docs(link: str) -> str:
    place, mark, anchor = link.partition("#")
    place = PAGES.get(place, place.removeprefix("docs/") if place.startswith("docs/") else None)
    return f"{place or '../' + link.partition('#')[0]}{mark}{anchor}"


def on_files(files: Files, config: Any) -> Files:
    """Add them to the site's files."""
    for name, place in PAGES.items():
        text = moved((ROOT / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, place, content=text))
    return files
