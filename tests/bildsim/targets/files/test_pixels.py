"""Pixels of all kinds of numbers: brightness, white, opacity, and the density that they make."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from bildsim.targets.files.pixels import Pixels, fixed_luma, is_coloured, pixels_of, reduced

RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("values", "white"),
    [
        (np.array([[0, 200]], np.uint8), 255.0),
        (np.array([[0, 200]], np.int16), 255.0),
        (np.array([[0, 200]], np.uint16), 65535.0),
        (np.array([[0, 200]], np.int64), 255.0),
        (np.array([[0, 1]], np.int64), 1.0),
        (np.array([[0, 256]]), 65535.0),
        (np.array([[0, 70000]]), 70000.0),
        (np.array([[False, True]]), 1.0),
        (np.array([[0.0, 0.5]]), 1.0),
    ],
)
def test_white_follows_from_the_type(values, white):
    pixels = pixels_of(values)
    assert pixels.white == white
    assert pixels.grey == pytest.approx(values.astype(float))


def test_floats_beyond_one_are_scaled_by_the_largest():
    pixels = pixels_of(np.array([[0.0, 1e300, 2e300]]))
    assert pixels.white == 1.0
    assert pixels.grey == pytest.approx(np.array([[0.0, 0.5, 1.0]]))


def test_dark_is_what_is_missing_to_white():
    pixels = Pixels(np.array([[0.0, 200.0]], np.float32), 255.0)
    np.testing.assert_array_equal(pixels.density(False), [[0.0, 200.0]])
    np.testing.assert_array_equal(pixels.density(True), [[255.0, 55.0]])


def test_nothing_is_dense_where_it_is_transparent():
    grey, opacity = np.array([[100.0, 100.0, 0.0]]), np.array([[0.0, 0.5, 1.0]])
    pixels = Pixels(grey.astype(np.float32), 255.0, opacity.astype(np.float32))
    np.testing.assert_array_equal(pixels.density(False), [[0.0, 50.0, 0.0]])
    np.testing.assert_array_equal(pixels.density(True), [[0.0, 77.5, 255.0]])


def test_bytes_of_colour_are_as_bright_as_pillow_has_them():
    colours = RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    expected = np.asarray(Image.fromarray(colours).convert("L"))
    np.testing.assert_array_equal(fixed_luma(colours), expected)
    np.testing.assert_array_equal(pixels_of(colours).grey, expected)


@pytest.mark.parametrize("scale", [np.uint16(257), np.float32(1 / 255), np.float64(1 / 255)])
def test_other_numbers_of_colour_are_as_bright_as_bytes(scale):
    colours = RNG.integers(0, 256, (4, 5, 4), dtype=np.uint8)
    deep = pixels_of(colours * scale)
    flat = pixels_of(colours)
    assert deep.grey / deep.white == pytest.approx(flat.grey / flat.white, abs=0.51 / 255)
    assert deep.opacity == pytest.approx(flat.opacity, abs=1e-6)


def test_grey_with_opacity_has_two_values_a_pixel():
    pixels = pixels_of(np.array([[[100, 255], [100, 51]]], np.uint8))
    np.testing.assert_array_equal(pixels.grey, [[100.0, 100.0]])
    assert pixels.opacity == pytest.approx(np.array([[1.0, 0.2]]))


def test_up_to_four_values_a_pixel_are_colour():
    assert [n for n in range(7) if is_coloured((5, 6, n))] == [1, 2, 3, 4]
    assert not is_coloured((5, 3))


def test_large_densities_are_averaged_and_small_ones_left():
    large = RNG.uniform(0.0, 1.0, (1024, 300)).astype(np.float32)
    assert reduced(large).shape == (512, 300)
    assert reduced(large) == pytest.approx(large.reshape(512, 2, 300).mean(axis=1), abs=1e-6)
    np.testing.assert_array_equal(reduced(large[:100]), large[:100])


@pytest.mark.parametrize("colours", [3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_large_picture_takes_little_more_than_its_greyscale(colours, dtype):
    values = np.ones((2000, 1000, colours), dtype=dtype)
    kept = 2 * values[..., 0].size * np.dtype(np.float32).itemsize
    tracemalloc.start()
    pixels_of(values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * kept
