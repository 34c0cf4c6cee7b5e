"""Names of files as people have them, and how a test makes sure that the file system takes them."""

import os

import pytest

ODD = {
    "spaces": " a  b ",
    "scripts": "Šipka-方向-النقطة-संगणक-🤖👩‍🚀",
    "combining": "e\u0301te\u0301",
    "right to left mark": "\u202egpj",
    "leading dash": "-rf",
    "two dashes": "--out",
    "quotes": 'it\'s "quoted" `back`',
    "percent": "%d%%s%05d%n",
    "dollars": "$HOME $x^2$ ${PATH}",
    "markup": "[bold]x[red] :smile:",
    "braces": "{0}{out}{{",
    "stars": "a*?[x]!#&;|<>()~",
    "backslashes": "a\\b\\",
    "line break": "a\nb",
    "tab and escape": "a\tb\x1b[31mc",
    "protocol": "concat:a|b",
    "protocol of a list": "file:x",
    "equals": "a=b,c",
    "comma and hash": "#a, b",
    "not UTF-8": os.fsdecode(b"caf\xe9-\xff"),
    "nothing UTF-8": os.fsdecode(b"\x80\x81\xfe"),
    "long": "n" * 230,
    "longest": "n" * 250,
    "long in bytes": "方" * 83,
    "long and not UTF-8": os.fsdecode(b"\xff" * 240),
    "dots": "..a..b...",
}
"""Beginnings of file names, up to 250 bytes, by what is odd about them."""
WORST = ("spaces", "leading dash", "quotes", "line break", "not UTF-8", "long and not UTF-8")
"""Those that break most, each in a way of its own."""


def parametrised(quick=ODD):
    """Return a decorator that calls a test with each odd beginning of a name as ``stem``.

    Those that are not among the ``quick`` ones are left to the slow tests.
    """
    stems = [
        pytest.param(stem, id=name, marks=() if name in quick else pytest.mark.slow)
        for name, stem in ODD.items()
    ]
    return pytest.mark.parametrize("stem", stems)


def named(directory, name):
    """Return the path of a file that is to come, where the file system takes such a name."""
    path = directory / name
    try:
        path.touch()
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    path.unlink()
    return path
