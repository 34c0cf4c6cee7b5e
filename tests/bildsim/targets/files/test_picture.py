"""Pictures as targets: brightness is density, whatever the format."""

import numpy as np
import pytest
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.targets.files.target_file import target_from_file
from tests.bildsim.targets.files.quarters import (
    QUARTERS,
    assert_quarters,
    cell_centres,
    shares_of_quarters,
    three_quarters,
    write_picture,
)


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".bmp", ".tif", ".jpg", ".webp", ".gif"])
def test_top_row_of_a_picture_is_at_the_top(tmp_path, suffix):
    assert_quarters(write_picture(tmp_path / f"picture{suffix}", three_quarters()))


def test_colours_count_by_their_brightness(tmp_path):
    pixels = np.repeat(three_quarters()[..., None], 3, axis=2)
    assert_quarters(write_picture(tmp_path / "colour.png", pixels))


def test_transparent_parts_count_as_black(tmp_path):
    pixels = np.full((60, 80, 4), 255, dtype=np.uint8)
    pixels[..., 3] = three_quarters()
    assert_quarters(write_picture(tmp_path / "transparent.png", pixels))


def test_greyscale_with_transparency(tmp_path):
    pixels = np.stack([np.full((60, 80), 255, dtype=np.uint8), three_quarters()], axis=-1)
    assert_quarters(write_picture(tmp_path / "grey.png", pixels))


def test_sixteen_bits_are_not_cut_to_eight(tmp_path):
    # All of these levels fall into the lowest of eight-bit's 256.
    assert_quarters(write_picture(tmp_path / "deep.png", three_quarters().astype(np.uint16)))


def test_floating_point_picture(tmp_path):
    assert_quarters(write_picture(tmp_path / "real.tif", three_quarters().astype(np.float32)))


def test_photograph_is_taken_as_its_camera_was_held(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: the stored picture is to be turned clockwise by 90 degrees
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(three_quarters())))
    turned.save(tmp_path / "photograph.jpg", exif=exif)
    assert_quarters(tmp_path / "photograph.jpg")


def test_large_picture_is_reduced_without_changing_its_shares(tmp_path):
    large = np.kron(three_quarters(), np.ones((30, 30), dtype=np.uint8))
    target = target_from_file(write_picture(tmp_path / "large.png", large))
    assert target.shape.values.shape == (512, 512)
    assert shares_of_quarters(target) == pytest.approx(QUARTERS, abs=0.03)


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_absurdly_large_picture_is_refused_on_its_header(tmp_path, side):
    path = tmp_path / "poster.pgm"
    path.write_bytes(f"P5 {side} {side} 255\n".encode())
    with pytest.raises(UsageError, match=r"target_file=.*poster.pgm. is too large: at most 64"):
        target_from_file(path)


def test_picture_is_blurred_by_three_centimetres(tmp_path):
    pixels = np.zeros((400, 400), dtype=np.uint8)
    pixels[200, 200] = 255
    target = target_from_file(write_picture(tmp_path / "dot.png", pixels))
    points = cell_centres(400, 400)
    weights = target.density(points) - 0.005
    x = points[..., 0]
    mean = np.average(x, weights=weights)
    # Bilinear interpolation and the cut of the kernel at four deviations change it by less.
    assert np.sqrt(np.average((x - mean) ** 2, weights=weights)) == pytest.approx(0.03, rel=0.01)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16", "1", "P"])
def test_black_pictures_are_rejected(tmp_path, mode):
    path = tmp_path / "black.png"
    Image.new(mode, (8, 8)).save(path)
    with pytest.raises(UsageError, match=f"target_file='{path}' is black"):
        target_from_file(path)
