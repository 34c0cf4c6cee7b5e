"""Pictures with a known share of brightness in each quarter, and how much of a target is there."""

import numpy as np
import pytest
from PIL import Image

from bildsim.targets.files.target_file import target_from_file

QUARTERS = 0.98 * np.array([[1 / 3, 0.0], [2 / 3, 0.0]]) + 0.005


def cell_centres(rows, columns):
    x = -1.0 + (2.0 * np.arange(columns) + 1.0) / columns
    y = -1.0 + (2.0 * np.arange(rows) + 1.0) / rows
    return np.stack(np.meshgrid(x, y), axis=-1)


def shares_of_quarters(target):
    """Return the target's mass in each quarter of C: [[lower left, lower right], [upper ...]]."""
    density = target.density(cell_centres(200, 200))
    return density.reshape(2, 100, 2, 100).sum(axis=(1, 3)) / density.sum()


def write_picture(path, pixels, mode=None):
    Image.fromarray(pixels, mode).save(path) if mode else Image.fromarray(pixels).save(path)
    return path


def three_quarters():
    """Return pixels, top row first: upper left 200, lower left 100, lower right 0, rest 0."""
    pixels = np.zeros((60, 80), dtype=np.uint8)
    pixels[:30, :40] = 200
    pixels[30:, :40] = 100
    return pixels


def assert_quarters(path, **reading):
    # The blur of 0.03 m moves 0.024 m of the bright side over each edge, which is 2.4 % of it.
    assert shares_of_quarters(target_from_file(path, **reading)) == pytest.approx(
        QUARTERS, abs=0.03
    )
