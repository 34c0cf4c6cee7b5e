"""DataFrames of what came of runs, for those who have pandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bildsim.basics.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

_MISSING = "to_pandas needs pandas, which is not installed: pip install 'bildsim[pandas]'"


def data_frame(data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a DataFrame of columns by name, or of rows.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(_MISSING) from None
    return pd.DataFrame(data)
