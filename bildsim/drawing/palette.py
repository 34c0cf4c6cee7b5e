"""Every colour of the video, RGB, and the colour scale of the densities."""

import numpy as np

from bildsim.basics.arrays import Floats, Image

Colour = tuple[int, int, int]

BACKGROUND: Colour = (13, 16, 23)
PANEL: Colour = (20, 24, 34)
WALL: Colour = (96, 108, 130)
GRID_LINE: Colour = (38, 45, 60)
FAINT: Colour = (92, 102, 122)
MUTED: Colour = (148, 159, 180)
TEXT: Colour = (230, 235, 243)
ACCENT: Colour = (94, 234, 212)
SECOND: Colour = (167, 139, 250)

ROBOT: Colour = (236, 240, 246)
ROBOT_RIM: Colour = (16, 21, 32)
ROBOT_SATURATED: Colour = (255, 179, 38)
ROBOT_CONTACT: Colour = (255, 64, 84)
ROBOT_OUTSIDE: Colour = (150, 160, 178)

LEAST_PEAK = 0.5
"""The brightest colour stands for no less, in 1/m²: twice the uniform density."""

# The scale runs from indigo to sea green in OKLab: lightness rises evenly, so equal steps of
# density look equal, and stops well below white, so that robots stand out on the highest peak.
_FLOOR = np.array([223.0, 226.0, 222.0])
_LIGHTNESS = (0.20, 0.70)
_CHROMA = (0.045, 0.115)
_HUE_DEGREES = (278.0, 182.0)


def heat_colours(levels: int = 256) -> Image:
    """Return the colour scale of densities, RGB (levels, 3), from nothing to the peak."""
    lightness = np.linspace(*_LIGHTNESS, levels)
    chroma = np.linspace(*_CHROMA, levels)
    hue = np.radians(np.linspace(*_HUE_DEGREES, levels))
    oklab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    colours: Image = np.rint(255.0 * _srgb_from_oklab(oklab)).astype(np.uint8)
    return colours


def floor_colours(levels: int = 256) -> Image:
    """Return the colours of densities on a lit floor, RGB (levels, 3): plain where there is none.

    Towards the peak they come to the other scale's, so that one colour means much in both.
    """
    share = np.linspace(0.0, 1.0, levels)[:, None]
    most = heat_colours()[-1].astype(np.float64)
    colours: Image = np.rint((1.0 - share) * _FLOOR + share * most).astype(np.uint8)
    return colours


def _srgb_from_oklab(oklab: Floats) -> Floats:
    """Convert OKLab (..., 3) to sRGB in [0, 1] (..., 3), with the matrices of B. Ottosson, 2020."""
    to_cone_roots = np.array(
        [
            [1.0, 0.3963377774, 0.2158037573],
            [1.0, -0.1055613458, -0.0638541728],
            [1.0, -0.0894841775, -1.2914855480],
        ]
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip((oklab @ to_cone_roots.T) ** 3 @ to_linear.T, 0.0, 1.0)
    curved: Floats = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curved)
