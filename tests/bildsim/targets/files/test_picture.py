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


@pytest.mark.parametrize("dark", [False, True])
def test_where_all_is_transparent_no_option_helps(tmp_path, dark):
    Image.new("RGBA", (8, 8)).save(tmp_path / "nothing.png")
    with pytest.raises(UsageError, match=r"not zero everywhere$"):
        target_from_file(tmp_path / "nothing.png", target_dark=dark)


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "1", "P"])
def test_black_pictures_are_rejected(tmp_path, mode):
    path = tmp_path / "black.png"
    Image.new(mode, (8, 8)).save(path)
    with pytest.raises(
        UsageError,
        match=f"target_file='{path}' read as a picture is black .*; target_dark makes dark dense",
    ):
        target_from_file(path)


def logo():
    """Return the quarters as black ink on transparent paper: their opacity is their density."""
    pixels = np.zeros((60, 80, 4), dtype=np.uint8)
    pixels[..., 3] = three_quarters()
    return pixels


def test_black_ink_on_transparent_paper_is_dense_where_it_is_said(tmp_path):
    path = write_picture(tmp_path / "logo.png", logo())
    with pytest.raises(UsageError, match=r"is black .* all over: .*; target_dark makes"):
        target_from_file(path)
    assert_quarters(path, target_dark=True)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".tif"])
def test_black_ink_on_white_paper_is_dense_where_it_is_said(tmp_path, suffix):
    path = write_picture(tmp_path / f"logo{suffix}", 255 - three_quarters())
    assert_quarters(path, target_dark=True)


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_dark_is_dense_in_deep_pictures_too(tmp_path, kind):
    white = 65535 if kind is np.uint16 else 1.0
    pixels = ((255 - three_quarters()) / 255.0 * white).astype(kind)
    suffix = ".png" if kind is np.uint16 else ".tif"
    assert_quarters(write_picture(tmp_path / f"deep{suffix}", pixels), target_dark=True)


def test_white_paper_has_nothing_dark_in_it(tmp_path):
    path = tmp_path / "white.png"
    Image.new("L", (8, 8), 255).save(path)
    with pytest.raises(UsageError, match=r"has nothing dark in it: .*; without target_dark bright"):
        target_from_file(path, target_dark=True)


@pytest.mark.parametrize("mode", ["L", "P", "I;16"])
def test_a_transparent_colour_counts_as_transparent(tmp_path, mode):
    # What the transparent colour covers, the lower right quarter, would be the brightest.
    values = three_quarters()
    values[30:, 40:] = 250
    picture = Image.fromarray(values.astype(np.uint16) if mode == "I;16" else values)
    path = tmp_path / "clear.png"
    (picture.convert("P") if mode == "P" else picture).save(path, transparency=250)
    assert_quarters(path)


def test_what_was_read_is_told(tmp_path):
    path = write_picture(tmp_path / "a.png", three_quarters())
    told = "a.png: picture, 80 x 60 pixels, top row at y = +1"
    assert target_from_file(path).source == f"{told}, bright is dense"
    assert target_from_file(path, target_dark=True).source == f"{told}, dark is dense"
