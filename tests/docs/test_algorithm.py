"""The page on the algorithm: its picture is of what the code computes today."""

import importlib.util

import numpy as np
import pytest
from PIL import Image

from tests.docs.pages import ROOT

_SPEC = importlib.util.spec_from_file_location("draw_round", ROOT / "docs" / "draw_round.py")
drawing = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(drawing)


@pytest.fixture(scope="module")
def shown():
    return drawing.simulate()


def numbers(description):
    return [float(word.strip("(),;")) for word in description.split() if "." in word]


def test_the_picture_is_of_today(shown):
    with Image.open(ROOT / "docs" / "round.png") as picture:
        kept = picture.text[drawing.DESCRIPTION]
    # Processors with other vector units may round the last digit otherwise.
    np.testing.assert_allclose(
        numbers(drawing.description(shown)),
        numbers(kept),
        atol=1.1e-3,
        err_msg="python docs/draw_round.py draws it anew",
    )


def test_the_robot_hears_shares_of_one_and_learns(shown):
    assert sum(weight for _, weight in shown.heard) == pytest.approx(1.0)
    assert shown.robot in dict(shown.heard)
    first, last = shown.errors
    assert last < first


def test_it_goes_from_too_much_to_too_little(shown):
    place, far, near = shown.ways
    assert np.linalg.norm(near - place) < np.linalg.norm(far - place)
    # Towards lower surplus of its estimate over the target.
    surplus = shown.macro.family.density(shown.after.y[shown.robot])
    surplus = surplus - np.exp(shown.macro.log_target)
    at = [tuple(np.rint((point + 1.0) / 0.05).astype(int)[::-1]) for point in (place, far)]
    assert surplus[at[1]] < surplus[at[0]]


def test_it_draws(tmp_path):
    drawing.draw(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as drawn, Image.open(ROOT / "docs/round.png") as kept:
        assert drawn.size == kept.size
    assert (ROOT / "docs" / "round.png").stat().st_size <= 150_000
