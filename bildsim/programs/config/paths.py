"""Paths as the text that a TOML file can hold.

TOML knows nothing but UTF-8, and a file name may be any bytes. A path that is not UTF-8 stands as
the URI of its absolute path, whose percent signs spell every byte.
"""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from bildsim.basics.names import writable

_SCHEME = "file://"


def path_as_text(path: Path) -> str:
    """Return a path as text, from which `path_of_text` makes the same one."""
    text = str(path)
    return text if writable(text) == text else path.absolute().as_uri()


def path_of_text(text: str) -> Path:
    """Return the path that a text names: as it is, or as a ``file:`` URI."""
    if not text.startswith(_SCHEME):
        return Path(text)
    return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_SCHEME))))
