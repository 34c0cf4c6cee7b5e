"""Text on frames: antialiased, in the scalable font that comes with Pillow."""

from functools import lru_cache
from typing import Literal

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from bildsim.basics.arrays import Image
from bildsim.basics.names import shown
from bildsim.drawing.palette import BACKGROUND, Colour

Align = Literal["left", "centre", "right"]

# The font holds little beyond ASCII.
_SPELLED = str.maketrans({"×": "x", "–": "-", "—": "-", "≤": "<=", "≥": ">=", "²": "^2", "’": "'"})
_SHARE_LEFT: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}


def draw_text(
    frame: Image,
    text: str,
    at: tuple[float, float],
    size: int,
    colour: Colour,
    align: Align = "left",
    ground: Colour = BACKGROUND,
) -> None:
    """Write one line onto a plain part of a frame, in place; cut off at the frame's edge.

    Args:
        frame: RGB (H, W, 3).
        text: the line.
        at: pixel of the line's left end, centre or right end (`align`), on its baseline.
        size: height of the font in pixels.
        colour: RGB.
        align: which part of the line lies at `at`.
        ground: RGB of what the line stands on.
    """
    patch, rise = _patch(_drawable(text), size, colour, ground)
    left = round(at[0] - _SHARE_LEFT[align] * patch.shape[1])
    _paste(frame, patch, left, round(at[1]) - rise)


def text_width(text: str, size: int) -> int:
    """Return the width of a line in pixels."""
    return int(_mask(_drawable(text), size)[0].shape[1])


def shortened(text: str, size: int, width: float) -> str:
    """Return the line, cut and ended by dots where it is wider than `width` pixels."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(f"{kept}...", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}..."


def _drawable(text: str) -> str:
    """Return a line without what the font lacks, or what would make it two."""
    return shown(text).translate(_SPELLED)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise ModuleNotFoundError("this Pillow lacks FreeType, which the video's text needs")
    return font


@lru_cache(maxsize=1024)
def _mask(text: str, size: int) -> tuple[Image, int]:
    """Return how much of each pixel the line covers, and how far it rises over its baseline."""
    font = _font(size)
    ascent, descent = font.getmetrics()
    width = max(1, int(np.ceil(font.getlength(text))))
    canvas = PillowImage.new("L", (width, ascent + descent))
    ImageDraw.Draw(canvas).text((0, ascent), text, fill=255, font=font, anchor="ls")
    return np.asarray(canvas), ascent


@lru_cache(maxsize=1024)
def _patch(text: str, size: int, colour: Colour, ground: Colour) -> tuple[Image, int]:
    """Return the line as a picture, and how far it rises over its baseline."""
    mask, rise = _mask(text, size)
    share = mask[..., None] / 255.0
    mixed = share * np.array(colour) + (1.0 - share) * np.array(ground)
    return np.rint(mixed).astype(np.uint8), rise


def _paste(frame: Image, patch: Image, left: int, top: int) -> None:
    height, width = frame.shape[:2]
    patch = patch[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    region = frame[max(0, top) :, max(0, left) :][: patch.shape[0], : patch.shape[1]]
    region[:] = patch
