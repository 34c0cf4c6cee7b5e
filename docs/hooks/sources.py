"""A hook of mkdocs: links to files of the repository lead to pages that show them.

Pages link to ``../controllers/planner.py`` and to folders, which works where the repository is
browsed. The site has such a file as a page of its own, ``source/controllers/planner.py``, with its
lines coloured, and a folder as a list of the modules in it; neither is in the navigation.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "source"
_LINK = re.compile(r"(\]\()((?:\.\./)+[^)\s#]*)((?:#[^)\s]*)?\))")
_FENCE = "~" * 8
_LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".urdf": "xml"}
_OF_THE_SITE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
_HIDDEN = "---\nsearch:\n  exclude: true\nhide:\n  - navigation\n---\n\n"


def target(page: str, link: str) -> str | None:
    """Return what a link leads to, by its path in the repository; None if that is in docs/.

    Args:
        page: where the link stands, by its path in docs/.
        link: a relative link, without an anchor.
    """
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), link))
    return None if path.startswith("docs/") or not (ROOT / path).exists() else path


def page_of(path: str) -> str:
    """Return the page of the site, a path in docs/, that shows a path of the repository."""
    if path in _OF_THE_SITE:
        return _OF_THE_SITE[path]
    return f"{FOLDER}/{path}/index.md" if (ROOT / path).is_dir() else f"{FOLDER}/{path}.md"


def rewritten(page: str, text: str) -> str:
    """Return the text of a page with its links out of docs/ leading to pages of the site."""

    def link(found: re.Match[str]) -> str:
        path = target(page, found[2])
        if path is None:
            return found[0]
        return f"{found[1]}{posixpath.relpath(page_of(path), posixpath.dirname(page))}{found[3]}"

    return _LINK.sub(link, text)


def linked(page: str, text: str) -> set[str]:
    """Return all paths of the repository, outside docs/, that a page links to."""
    found = (target(page, link) for _, link, _ in _LINK.findall(text))
    return {path for path in found if path is not None}


def shown(path: str) -> str:
    """Return the text of the page of a path: a file's lines, or a folder's modules."""
    if not (ROOT / path).is_dir():
        text = (ROOT / path).read_text(encoding="utf-8").rstrip()
        language = _LANGUAGES.get(Path(path).suffix, "text")
        return f"{_HIDDEN}# {path}\n\n{_FENCE}{language}\n{text}\n{_FENCE}\n"
    rows = [
        f"- [{module}]({posixpath.relpath(page_of(module), posixpath.dirname(page_of(path)))}): "
        f"{summary(module)}"
        for module in modules(path)
    ]
    return "\n".join([f"{_HIDDEN}# {path}/", "", *rows, ""])


def modules(path: str) -> list[str]:
    """Return the modules in a folder and in those below, by their paths in the repository."""
    return [str(file.relative_to(ROOT)) for file in sorted((ROOT / path).rglob("*.py"))]


def summary(module: str) -> str:
    """Return the first line of a module's docstring."""
    text = (ROOT / module).read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]


def on_files(files: Files, config: Any) -> Files:
    """Add a page for everything that pages link to."""
    paths: set[str] = set()
    for file in files.documentation_pages():
        paths |= linked(file.src_uri, file.content_string)
    for path in sorted(paths):
        if (ROOT / path).is_dir():
            paths |= set(modules(path))
    for path in sorted(paths - _OF_THE_SITE.keys()):
        inclusion = InclusionLevel.NOT_IN_NAV
        files.append(
            File.generated(config, page_of(path), content=shown(path), inclusion=inclusion)
        )
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return the text of a page with links to those pages."""
    return (
        markdown
        if page.file.src_uri.startswith(f"{FOLDER}/")
        else rewritten(page.file.src_uri, markdown)
    )
