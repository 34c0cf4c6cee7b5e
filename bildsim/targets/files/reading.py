"""Settings that say what a target file is taken for, where the file does not say it itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Layout: TypeAlias = Literal["picture", "film", "density"]


@dataclass(frozen=True)
class Reading:
    """How target files are read.

    Attributes:
        target_layout: what an array is. density: [row, column], the first row at the bottom of the
            arena, y = -1, and taken as it is. film: [frame, row, column], rows as in a density.
            picture: [row, column] or [row, column, colour], the first row at the top, brightness
            for density and blurred, as picture files are read. Unless given, two dimensions are a
            density and three a film; where one of three might be colour, it must be given. Of an
            animated picture file, picture takes the first frame.
        target_dark: what is dark in a picture or a film is dense, and what is white or transparent
            is not, as with a logo in black ink; unless given, what is bright is dense.
    """

    target_layout: Layout | None = None
    target_dark: bool = False


AS_IT_IS = Reading()
"""What a file says itself, and what is bright is dense."""
