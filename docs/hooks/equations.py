"""A hook of mkdocs: equations become MathML while the site is built.

Pages write them as GitHub reads them, ``$x_i$`` within a line and ``$$ … $$`` on lines of their
own. The extension ``pymdownx.arithmatex`` finds them, apart from code, and this puts MathML, which
browsers draw by themselves, in their place: no script, no font to download.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from latex2mathml.converter import convert
from mkdocs.exceptions import PluginError

_EQUATION = re.compile(
    r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>([,.;:)]*)', re.DOTALL
)
_TAG = re.compile(r"\\tag\{([^}]*)\}")


def on_page_content(html: str, **_: Any) -> str:
    """Return a page with MathML in place of its equations.

    Raises:
        PluginError: an equation holds a command that nobody knows.
    """
    return _EQUATION.sub(_equation, html)


def mathml(latex: str, block: bool) -> str:
    """Return an equation as MathML.

    Args:
        latex: the equation, without dollars.
        block: whether it stands on lines of its own.

    Raises:
        PluginError: it holds a command that nobody knows, which would be shown as it is.
    """
    found = convert(latex, display="block" if block else "inline")
    if "\\" in found:
        raise PluginError(f"an equation with a command that latex2mathml does not know: {latex}")
    return found


def _equation(found: re.Match[str]) -> str:
    tag, latex, mark = found[1], unescape(found[2]).strip(), found[3]
    if tag == "span":
        # With the mark behind it, so that no line begins with a comma.
        return f'<span class="equation">{mathml(latex, block=False)}{mark}</span>'
    number = "".join(f'<span class="number">({escape(one)})</span>' for one in _TAG.findall(latex))
    return f'<div class="equation">{mathml(_TAG.sub("", latex), block=True)}{number}</div>'
