"""Words and keys around the panels of a frame."""

import numpy as np
import pytest

from bildsim.drawing.captions import fitted_picture
from tests.bildsim.drawing.helpers import state, view


def test_the_legend_counts():
    shown = view().draw(state([(0.0, 0.0, 0.0)] * 2))[:50, :680]
    counted = view().draw(state([(0.0, 0.0, 0.0)] * 2, contact=[True, True]))[:50, :680]
    assert (shown != counted).any()


def test_readings_appear_and_long_ones_are_cut():
    plain = view().draw(state())
    texts = {"planner": "bild-macro", "a label that is far too long": "0.0123456789012345678"}
    shown = view().draw(state(readings=texts))
    changed = np.nonzero((plain != shown).any(axis=(0, 2)))[0]
    assert changed.min() >= 1070
    assert changed.max() <= 1260


@pytest.mark.parametrize("shape", [(40, 90), (90, 40), (64, 64)])
def test_a_picture_is_fitted_whole_with_bands_beside_it(shape):
    picture = np.full((*shape, 3), 200, np.uint8)
    fitted = fitted_picture(picture, 60, (1, 2, 3))
    assert fitted.shape == (60, 60, 3)
    share = (fitted == 200).all(axis=-1).mean()
    assert share == pytest.approx(min(shape) / max(shape), abs=0.03)
    if shape[0] != shape[1]:
        assert (fitted == (1, 2, 3)).all(axis=-1).any()
