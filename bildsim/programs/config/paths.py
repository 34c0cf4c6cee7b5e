"""Paths, and words that hold names of files, as the text that a TOML file can hold.

TOML knows nothing but UTF-8, and a file name may be any bytes. A path that is not UTF-8 stands as
the URI of its absolute path, whose percent signs spell every byte; words that may be a path among
other things stand after ``bytes:``, spelled in the same way.
"""

import os
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from bildsim.basics.names import writable

_SCHEME = "file://"
_BYTES = "bytes:"


def path_as_text(path: Path) -> str:
    """Return a path as text, from which `path_of_text` makes the same one."""
    text = str(path)
    return text if writable(text) == text else path.absolute().as_uri()


def path_of_text(text: str) -> Path:
    """Return the path that a text names: as it is, or as a ``file:`` URI."""
    if not text.startswith(_SCHEME):
        return Path(text)
    return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_SCHEME))))


def words_as_text(words: str) -> str:
    """Return words, which may name files, as text from which `words_of_text` makes them."""
    if writable(words) == words and not words.startswith(_BYTES):
        return words
    return _BYTES + quote_from_bytes(os.fsencode(words), safe=" ,/")


def words_of_text(text: str) -> str:
    """Return the words that a text stands for: as they are, or with every byte spelled."""
    if not text.startswith(_BYTES):
        return text
    return os.fsdecode(unquote_to_bytes(text.removeprefix(_BYTES)))
