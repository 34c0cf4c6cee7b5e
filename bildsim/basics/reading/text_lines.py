"""Lines of text in files that may be somebody else's, none of them without end."""

import itertools
from collections.abc import Iterator
from typing import BinaryIO


class LongLineError(ValueError):
    """A line is longer than lines of its kind may be; the sentence says which."""


def text_lines(file: BinaryIO, most_bytes: int) -> Iterator[str]:
    """Yield a file's lines of UTF-8, with or without a mark at its beginning, less their ends.

    Args:
        file: open for reading, at its beginning.
        most_bytes: so long a line may be; a longer one is not read to its end.

    Raises:
        LongLineError: a line is longer.
        UnicodeDecodeError: it is no text in UTF-8.
    """
    for number in itertools.count(1):
        line = file.readline(most_bytes + 1)
        if not line:
            return
        if len(line) > most_bytes:
            raise LongLineError(f"has more than {most_bytes} bytes in line {number}")
        yield from line.decode("utf-8-sig" if number == 1 else "utf-8").splitlines()
