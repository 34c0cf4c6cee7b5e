"""The layout's own units fill frames of any size."""

import numpy as np
import pytest

from bildsim.drawing.page import Page


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (2560, 1440)])
def test_frames_of_the_same_shape_are_filled_to_scale(width, height):
    page = Page((width, height))
    scale = width / 1280
    assert page.scale == pytest.approx(scale)
    assert page.pixels(100.0) == round(100.0 * scale)
    assert page.at(640.0, 360.0) == (width // 2, height // 2)


def test_a_frame_of_another_shape_has_the_page_in_its_middle():
    wide = Page((2000, 720))
    assert wide.scale == pytest.approx(1.0)
    x, y = wide.at(640.0, 360.0)
    assert (x, y) == (1000, 360)


def test_text_is_written_where_it_is_asked_for():
    page, frame = Page((1280, 720)), np.zeros((720, 1280, 3), np.uint8)
    page.write(frame, "KL", (200.0, 300.0), 30, (255, 255, 255))
    rows, columns = np.nonzero(frame[..., 0] > 200)
    assert rows.max() <= 301
    assert columns.min() >= 195
    assert columns.max() - columns.min() == pytest.approx(page.width_of("KL", 30), abs=6)
