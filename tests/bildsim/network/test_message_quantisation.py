"""Numbers with few bits, and what messages weigh."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bildsim.basics.errors import RunError
from bildsim.network.message_quantisation import as_floats, message_bytes, rounded

# Steps of numbers near the smallest there is would be zero.
numbers = st.floats(-1e6, 1e6).map(lambda value: value if abs(value) > 1e-200 else 0.0)
rows = arrays.arrays(np.float64, (3, 5), elements=numbers)


# The first call compiles.
@settings(deadline=None)
@given(rows, st.integers(2, 32))
def test_a_number_is_off_by_half_a_step_at_most(messages, bits):
    found = rounded(messages, bits)
    for row, read in zip(messages, found, strict=True):
        step = np.abs(row).max() / (2 ** (bits - 1) - 1)
        assert np.abs(row - read).max() <= 0.5 * step * (1.0 + 1e-9)
        # Each is one of the 2^bits - 1 values that the message can say.
        counts = read / step if step > 0.0 else read
        np.testing.assert_allclose(counts, np.rint(counts), atol=1e-6 * 2**bits)


def test_doubles_are_sent_as_they_are():
    messages = np.random.default_rng(0).standard_normal((4, 7))
    assert rounded(messages, 64) is messages
    assert (rounded(messages, 8) != messages).any()


def test_a_message_of_zeros():
    assert not rounded(np.zeros((2, 3)), 4).any()


@pytest.mark.parametrize(
    ("blocks", "bits", "expected"),
    [
        ([48, 48], 64, 768),
        ([48, 49], 64, 776),
        ([48, 48], 8, 96 + 8),
        ([48, 48, 1176], 16, 2544 + 12),
        ([3], 3, 2 + 4),
    ],
)
def test_bytes(blocks, bits, expected):
    assert message_bytes(blocks, bits) == expected


def test_what_does_not_fit_into_so_few_bits_is_refused():
    fits = np.array([[65504.0, -1.0]])
    np.testing.assert_array_equal(as_floats(fits, 16), fits)
    with pytest.raises(RunError, match="number 70000, too large for float16"):
        as_floats(np.array([[1.0, 7e4]]), 16)
    assert as_floats(np.array([7e4]), 32) == 7e4
    # What was no number is none afterwards: others say so.
    assert np.isinf(as_floats(np.array([np.inf]), 16))
