"""Names of files as text: what files and terminals can hold of them.

A file name is bytes, and Python keeps those that are not UTF-8 as lone surrogates, which neither
UTF-8 nor JSON nor TOML knows. Wherever a name is written down they are spelled out here.
"""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BYTES = 0xDC00


def writable(text: str) -> str:
    r"""Return text that UTF-8 can hold: bytes of a name that are not UTF-8 are spelled ``\xff``."""
    return _SURROGATE.sub(_spelled_byte, text)


def shown(text: str) -> str:
    r"""Return text for one line of a terminal: control characters too are spelled, as ``\n``."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], writable(text))


def short(text: str, most: int = 28) -> str:
    """Return a name for a heading: shown, and of a long one, such as a path, its end."""
    words = shown(text)
    return words if len(words) <= most else f"…{words[1 - most :]}"


def _spelled_byte(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - _BYTES:02x}" if _BYTES + 0x80 <= code < _BYTES + 0x100 else f"\\u{code:04x}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which has an s unless there is one: ``1 robot``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
