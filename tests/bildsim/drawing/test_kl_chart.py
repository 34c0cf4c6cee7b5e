"""The curve of KL over time on a logarithmic axis that grows as it must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.drawing import palette
from bildsim.drawing.kl_chart import LEAST_KL, Box, KlChart


def chart(floor=0.02, duration_s=60.0):
    return KlChart(Box(60, 20, 300, 200), duration_s, floor, 12)


def drawn_chart(made):
    frame = np.zeros((260, 400, 3), np.uint8)
    made.draw_axes(frame)
    made.draw_curves(frame)
    return frame


def accent_columns(frame):
    return np.nonzero((frame == palette.ACCENT).all(axis=-1).any(axis=0))[0]


def accent_row(frame, column):
    return np.nonzero((frame[:, column] == palette.ACCENT).all(axis=-1))[0].mean()


def test_the_curve_spans_the_time_that_has_passed():
    made = chart()
    for time_s in np.arange(0.0, 30.0, 0.1):
        made.push(float(time_s), 0.3)
    columns = accent_columns(drawn_chart(made))
    assert columns.min() == pytest.approx(60, abs=5)
    assert columns.max() == pytest.approx(60 + 150, abs=6)


def test_the_axis_is_logarithmic_and_less_is_lower():
    rows = []
    for value in (0.4, 0.2, 0.1):
        made = chart()
        made.push(0.0, value)
        made.push(60.0, value)
        rows.append(accent_row(drawn_chart(made), 200))
    assert rows[0] < rows[1] < rows[2]
    assert rows[1] - rows[0] == pytest.approx(rows[2] - rows[1], abs=1.1)


@given(values=st.lists(st.floats(0.0, 1e4), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_every_value_finds_room(values):
    made = chart(floor=None)
    for index, value in enumerate(values):
        made.push(float(index), value)
    frame = drawn_chart(made)
    outside = (frame == palette.ACCENT).all(axis=-1)
    outside[12:228, 52:368] = False
    assert not outside.any()
    row = made._rows(np.array([max(v, LEAST_KL) for v in values]))
    assert (row >= 20).all()
    assert (row <= 219.001).all()


def test_axes_are_drawn_again_only_when_they_change():
    made = chart()
    made.draw_axes(np.zeros((260, 400, 3), np.uint8))
    made.push(0.0, 0.5)
    assert not made.axes_changed
    made.push(1.0, 30.0)
    assert made.axes_changed


def test_a_value_that_is_no_number_leaves_a_gap():
    made = chart()
    made.push(0.0, float("nan"))
    assert accent_columns(drawn_chart(made)).size == 0


def test_the_floor_is_a_dashed_line_where_it_is_known():
    def dashes(frame):
        return (frame[20:220, 62:358] == palette.MUTED).all(axis=-1).any(axis=0).mean()

    assert 0.3 < dashes(drawn_chart(chart(floor=0.05))) < 0.8
    assert dashes(drawn_chart(chart(floor=None))) == 0
    assert dashes(drawn_chart(chart(floor=0.0))) == 0


def test_the_second_curve_is_there_only_with_estimates():
    made = chart()
    made.push(0.0, 0.3)
    made.push(60.0, 0.3)
    assert not made.has_estimates
    assert not (drawn_chart(made) == palette.SECOND).all(axis=-1).any()
    made.push(0.0, 0.3, 0.6)
    made.push(60.0, 0.3, 0.6)
    assert made.has_estimates
    assert (drawn_chart(made) == palette.SECOND).all(axis=-1).any()


def test_a_state_leads_to_the_same_curve():
    made, other = chart(), chart()
    for time_s in (0.0, 10.0, 20.0):
        made.push(time_s, 0.3 / (1.0 + time_s), 0.5)
    other.restore(made.snapshot())
    for each in (made, other):
        each.push(30.0, 0.01, 0.02)
    np.testing.assert_array_equal(drawn_chart(other), drawn_chart(made))
