"""The README and the pages of docs/, and what stands in them: commands, Python, links."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
    )
}
SOURCES = PAGES | {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").split('"""')[1]
    for path in sorted((ROOT / "benchmarks").glob("*.py"))
}
"""Where commands stand: the pages, and the docstrings of the benchmarks."""

EVERYTHING = "\n".join(PAGES.values())
_SHELL = (
    r"(?:\w+=\S+ )*(?:python[\d.]*|pip|sudo|uv|apt|git|bash|mkdocs|pytest|ruff|pre-commit|"
    r"bildsim|"
    r"\.|\.ci/\w+|\.venv/\S+) "
)
_PROGRAM = re.compile(r"^bildsim (run|bench|attribute|reproduce)\b")
"""How a program is called by the one command; here it is called by its module."""
_LINES = re.compile(rf"^    ({_SHELL}.*)$", re.MULTILINE)
_SPANS = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_BLOCKS = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ANY_BLOCK = re.compile(r"^```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)
_EQUATIONS = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_LINKS = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Command:
    """A command line of a page.

    Attributes:
        page: where it stands.
        text: as it stands there, but for how a program is called.
    """

    page: str
    text: str

    @property
    def words(self):
        """Its words, without the comment behind it."""
        return tuple(shlex.split(self.text, comments=True))

    def __str__(self):
        return f"{self.page}: {shlex.join(self.words)}"


def commands():
    """Return every command of every page, each once."""
    found = {}
    for page, text in SOURCES.items():
        # Code spans may be broken over two lines of prose.
        spans = [" ".join(span.split()) for span in _SPANS.findall(_ANY_BLOCK.sub("", text))]
        for line in (*_LINES.findall(text), *filter(re.compile(_SHELL).match, spans)):
            command = Command(page, _PROGRAM.sub(r"python -m bildsim.\1", line))
            found.setdefault(command.words, command)
    return list(found.values())


def python_blocks():
    """Return every block of Python with its page."""
    return [(page, block) for page, text in PAGES.items() for block in _BLOCKS.findall(text)]


def links():
    """Return every link with its page; brackets of code and of equations are none."""
    return [
        (page, link)
        for page, text in PAGES.items()
        for link in _LINKS.findall(_EQUATIONS.sub("", _ANY_BLOCK.sub("", text)))
    ]


def blocks(text, language):
    """Return what stands in the fenced blocks of a language on a page."""
    pattern = rf"^```{language}\n(.*?)^```"
    return re.findall(pattern, text, re.DOTALL | re.MULTILINE)


def anchors(text):
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", _ANY_BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def code_spans(text):
    """Return what stands between backticks in prose."""
    return re.findall(r"`([^`\n]+)`", _ANY_BLOCK.sub("", text))
