"""Text on frames."""

import numpy as np
import pytest

from bildsim.drawing.text import draw_text, shortened, text_width


def test_text_lies_on_its_baseline_and_is_cut_at_the_edge():
    frame = np.zeros((60, 200, 3), np.uint8)
    draw_text(frame, "HELLO", (100, 40), 20, (255, 255, 255), "centre", (0, 0, 0))
    rows, columns = np.nonzero(frame[..., 0] > 128)
    assert rows.max() == 39
    assert 20 < rows.min() < 30
    assert columns.mean() == pytest.approx(100, abs=3)
    for at in ((-10, 5), (195, 40), (100, 62), (400, 400), (-400, -400)):
        draw_text(frame, "HELLO", at, 20, (255, 255, 255))
    assert frame[0].max() > 0


def test_long_lines_are_shortened_to_their_width():
    assert shortened("short", 15, 500) == "short"
    cut = shortened("a very long line indeed", 15, 80)
    assert cut.endswith("...")
    assert text_width(cut, 15) <= 80


def test_larger_text_is_wider():
    widths = [text_width("bild-macro", size) for size in (8, 16, 32)]
    assert widths[0] < widths[1] < widths[2]


@pytest.mark.parametrize("text", ["a\nb", "a\tb\x1b", "caf\udce9", "方向", "\x00"])
def test_names_of_any_signs_are_drawn_on_one_line(text):
    frame = np.zeros((60, 200, 3), np.uint8)
    draw_text(frame, shortened(text, 20, 150), (10, 40), 20, (255, 255, 255), ground=(0, 0, 0))
    rows, _ = np.nonzero(frame[..., 0] > 128)
    assert rows.size
    assert rows.max() - rows.min() < 25
