"""DataFrames, and what is said without pandas."""

import sys

import pytest

from bildsim import UsageError
from bildsim.api.data_frame import data_frame


def test_columns_and_rows_give_the_same():
    columns = data_frame({"a": [1, 2], "b": ["x", "y"]})
    rows = data_frame([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}])
    assert columns.equals(rows)


def test_without_pandas_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'bildsim\[pandas\]'"):
        data_frame({})
