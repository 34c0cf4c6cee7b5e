"""List the robots for the page on robots, as ``bildsim robots`` does.

python docs/list_robots.py    # docs/robots.md, its table anew
"""

from __future__ import annotations

import re
from pathlib import Path

from bildsim.programs.robots import overview

PAGE = Path(__file__).with_name("robots.md")
_TABLE = re.compile(r"(?<=<!-- robots -->\n).*?(?=<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """Return the page with the table of today."""
    return _TABLE.sub(lambda _: overview() + "\n", text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
