"""A hook of mkdocs: equations become MathML while the site is built.

Pages write them as GitHub reads them, ``$x_i$`` within a line and ``$$ … $$`` on lines of their
own. The extension ``pymdownx.arithmatex`` finds them, apart from code, and this puts MathML, which
browsers draw by themselves, in their place: no script, no font to download.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from latex2mathml.converter import convert

_EQUATION = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


def on_page_content(html: str, **_: Any) -> str:
    """Return a page with MathML in place of its equations."""
    return _EQUATION.sub(_equation, html)


def mathml(latex: str, block: bool) -> str:
    """Return an equation as MathML.

    Args:
        latex: the equation, without dollars.
        block: whether it stands on lines of its own.
    """
    return convert(latex, display="block" if block else "inline")


def _equation(found: re.Match[str]) -> str:
    tag, latex = found[1], unescape(found[3]).strip()
    block = tag == "div"
    return f'<{tag} class="equation">{mathml(latex, block)}</{tag}>'
