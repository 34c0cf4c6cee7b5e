"""Settings that say what a target file is taken for, where the file does not say it itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from bildsim.basics.errors import UsageError, unknown_name

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

    def __post_init__(self) -> None:
        if self.target_layout is not None and self.target_layout not in get_args(Layout):
            raise unknown_name("target_layout", str(self.target_layout), get_args(Layout))
        if not isinstance(self.target_dark, bool | np.bool_):
            raise UsageError(
                "{target_dark} is not possible: allowed are True and False",
                target_dark=repr(self.target_dark),
            )


AS_IT_IS = Reading()
"""What a file says itself, and what is bright is dense."""
