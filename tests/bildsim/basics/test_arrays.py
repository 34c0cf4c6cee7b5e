"""The array types are those of the arrays that the project makes."""

import numpy as np
import pytest

from bildsim.basics import arrays


@pytest.mark.parametrize(
    ("alias", "dtype"),
    [("Floats", np.float64), ("Ints", np.int64), ("Bools", np.bool_), ("Image", np.uint8)],
)
def test_each_name_stands_for_an_array_of_one_kind(alias, dtype):
    kind = getattr(arrays, alias)
    # NumPy's alias for arrays is spelled in one way before its version 2.5, in another after it.
    assert "ndarray" in str(kind).casefold()
    assert dtype.__name__ in str(kind)
