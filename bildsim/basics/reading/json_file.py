"""JSON in files that may be somebody else's: of a bounded size and depth."""

import json
from pathlib import Path
from typing import Any

from bildsim.basics.reading.regular_file import read_regular

MOST_DEPTH = 50
"""So many lists and mappings may lie in each other: far more than results have, and few enough for
code that follows them by recursion."""
_TOO_DEEP = f"is not JSON of a result: it is nested more than {MOST_DEPTH} deep"


def read_json(path: Path, most_bytes: int) -> Any:
    """Return what a file holds in JSON.

    Python's objects, such as empty lists, take many times the bytes that spell them.

    Args:
        path: the file.
        most_bytes: longer ones are refused before they are read.

    Raises:
        OSError: it is missing, no regular file or too large, or cannot be read; ``strerror`` says
            why (`bildsim.basics.errors.reason_of`).
        ValueError: it is not JSON in UTF-8, is nested too deep, or has a number of too many digits.
    """
    content = read_regular(path, most_bytes)
    try:
        value = json.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except UnicodeDecodeError:
        raise ValueError("is not JSON: it is no text in UTF-8") from None
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None
    if _is_deeper(value, MOST_DEPTH):
        raise ValueError(_TOO_DEEP)
    return value


def _is_deeper(value: Any, depth: int) -> bool:
    """Return whether a value holds lists and mappings in each other more than so deep."""
    level = [value]
    for _ in range(depth):
        level = [item for holder in level for item in _items(holder)]
    return any(isinstance(item, list | dict) for item in level)


def _items(holder: Any) -> list[Any]:
    if isinstance(holder, dict):
        return list(holder.values())
    return holder if isinstance(holder, list) else []
