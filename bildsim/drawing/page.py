"""The layout's own units: a page of 1280 x 720 that fills frames of any size."""

from dataclasses import dataclass

from bildsim.basics.arrays import Image
from bildsim.drawing.palette import BACKGROUND, Colour
from bildsim.drawing.text import Align, draw_text, shortened, text_width

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Page:
    """Maps the page onto a frame: as large as fits, in the middle.

    Attributes:
        size: width and height of the frame in pixels.
    """

    size: tuple[int, int]

    @property
    def scale(self) -> float:
        """Pixels in a unit of the page."""
        return min(self.size[0] / WIDTH, self.size[1] / HEIGHT)

    def pixels(self, length: float) -> int:
        """Return a length of the page in whole pixels."""
        return round(length * self.scale)

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Return the pixel of a place on the page."""
        left = (self.size[0] - WIDTH * self.scale) / 2
        top = (self.size[1] - HEIGHT * self.scale) / 2
        return round(left + x * self.scale), round(top + y * self.scale)

    def write(
        self,
        frame: Image,
        text: str,
        at: tuple[float, float],
        size: float,
        colour: Colour,
        align: Align = "left",
        width: float = WIDTH,
        ground: Colour = BACKGROUND,
    ) -> None:
        """Write a line, in place, on a plain part of the page; cut where wider than `width`."""
        font = self.pixels(size)
        line = shortened(text, font, width * self.scale)
        draw_text(frame, line, self.at(*at), font, colour, align, ground)

    def width_of(self, text: str, size: float) -> float:
        """Return how wide a line is on the page."""
        return text_width(text, self.pixels(size)) / self.scale
