"""Values as JSON can hold them."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np

from bildsim.basics.names import writable


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it.

    Mappings, lists, tuples and arrays are followed; NumPy's numbers become Python's; inf and nan,
    which JSON lacks, become text, and so does anything that JSON does not know, such as paths; what
    is not UTF-8 in a path is spelled out (`bildsim.basics.names.writable`).
    """
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value if value is None or isinstance(value, bool | int) else writable(str(value))
