"""Animated pictures as films: their durations, pages, and those that are no film."""

import struct
import time
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.targets.files import animation, film
from bildsim.targets.files.animation import is_animated, read_animation
from bildsim.targets.files.target_file import film_from_file, target_from_file
from tests.bildsim.targets.files.dots import PIXEL_M, dot, mean, write_animation

PLACES = (-0.6, -0.2, 0.2, 0.6)
# The second frame rests for three quarters of the time up to the last.
DURATIONS_MS = [200, 1200, 200, 400]
_WIDE = struct.pack("<HHII", 256, 4, 1, 100_000)
TIMED = ["gif", "webp", "png", "apng"]


def written(folder, suffix, places=PLACES, durations_ms=DURATIONS_MS):
    path = folder / f"film.{suffix}"
    options = {"format": "PNG"} if suffix == "apng" else {}
    if suffix == "webp":
        options["lossless"] = True
    if suffix != "tif":
        options["duration"] = list(durations_ms)
    return write_animation(path, [dot(x) for x in places], **options)


@pytest.mark.parametrize("suffix", TIMED)
def test_frames_are_shown_when_the_file_says(tmp_path, suffix):
    course = film_from_file(written(tmp_path, suffix), 16.0)
    # 0.2, 1.4 and 1.6 s of the file's own 1.6 s up to the last frame.
    for time_s, x in ((0.0, -0.6), (2.0, -0.2), (14.0, 0.2), (16.0, 0.6), (99.0, 0.6)):
        np.testing.assert_allclose(mean(course.at(time_s)), [x, 0.4], atol=PIXEL_M)
    # Half way through the rest it is half way to the next frame, as films blend.
    np.testing.assert_allclose(mean(course.at(8.0)), [0.0, 0.4], atol=PIXEL_M)
    assert f"animated {suffix[-3:].upper() if suffix != 'webp' else 'WEBP'} of 1.6 s, top row" in (
        course.source
    )


def test_pages_follow_in_equal_steps(tmp_path):
    course = film_from_file(written(tmp_path, "tif"), 3.0)
    for time_s, x in enumerate(PLACES):
        np.testing.assert_allclose(mean(course.at(float(time_s))), [x, 0.4], atol=PIXEL_M)
    assert "animated TIFF, top row" in course.source


@pytest.mark.parametrize("suffix", TIMED)
def test_equal_durations_are_equal_steps(tmp_path, suffix):
    course = film_from_file(written(tmp_path, suffix, durations_ms=[70] * 4), 3.0)
    assert course.course.times_s is None


@pytest.mark.parametrize("shown_ms", [0, 10])
def test_hardly_any_duration_is_a_tenth_of_a_second_as_in_browsers(tmp_path, shown_ms):
    path = written(tmp_path, "png", durations_ms=[shown_ms, 300, shown_ms, shown_ms])
    np.testing.assert_allclose(read_animation(path).stamps_s, [0.0, 0.1, 0.4, 0.5])


@pytest.mark.parametrize("suffix", [*TIMED, "tif"])
def test_the_first_frame_is_a_picture_for_who_says_so(tmp_path, suffix):
    path = written(tmp_path, suffix)
    with pytest.raises(UsageError, match="holds 4 frames: it is a target that moves"):
        target_from_file(path)
    still = target_from_file(path, target_layout="picture")
    np.testing.assert_allclose(mean(still), [-0.6, 0.4], atol=PIXEL_M)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_one_frame_is_a_picture(tmp_path, suffix):
    Image.fromarray(dot(0.3)).save(tmp_path / f"still.{suffix}")
    assert not is_animated(tmp_path / f"still.{suffix}")
    np.testing.assert_allclose(
        mean(target_from_file(tmp_path / f"still.{suffix}")), [0.3, 0.4], atol=PIXEL_M
    )


def test_a_photograph_with_a_small_copy_of_itself_is_a_picture(tmp_path):
    small = Image.fromarray(dot(0.3, side=32))
    Image.fromarray(dot(0.3)).save(
        tmp_path / "photo.jpg", format="MPO", save_all=True, append_images=[small]
    )
    np.testing.assert_allclose(
        mean(target_from_file(tmp_path / "photo.jpg")), [0.3, 0.4], atol=PIXEL_M
    )


def test_the_picture_for_those_who_cannot_animate_is_not_shown(tmp_path):
    notice = Image.fromarray(dot(-0.9))
    frames = [Image.fromarray(dot(x)) for x in PLACES]
    path = tmp_path / "film.png"
    notice.save(path, save_all=True, default_image=True, append_images=frames, duration=100)
    course = film_from_file(path, 3.0)
    assert len(course.course.frames) == 4
    np.testing.assert_allclose(mean(course.at(0.0)), [-0.6, 0.4], atol=PIXEL_M)


def test_pages_of_different_sizes_make_no_film(tmp_path):
    pages = [Image.fromarray(dot(0.3, side=side)) for side in (128, 64)]
    path = tmp_path / "pyramid.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    with pytest.raises(UsageError, match=r"different sizes.*: target_layout='picture' reads the"):
        film_from_file(path, 1.0)
    np.testing.assert_allclose(
        mean(target_from_file(path, target_layout="picture")), [0.3, 0.4], atol=PIXEL_M
    )


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_dark_is_dense_where_it_is_said(tmp_path, suffix):
    path = tmp_path / f"film.{suffix}"
    write_animation(path, [255 - dot(x) for x in (-0.5, 0.5)])
    course = film_from_file(path, 1.0, target_dark=True)
    # WebP loses a little.
    np.testing.assert_allclose(mean(course.at(0.0)), [-0.5, 0.4], atol=2 * PIXEL_M)
    np.testing.assert_allclose(mean(course.at(1.0)), [0.5, 0.4], atol=2 * PIXEL_M)


def test_transparent_parts_are_not_dense(tmp_path):
    frames = []
    for x in (-0.5, 0.5):
        pixels = np.full((128, 128, 4), 255, np.uint8)
        pixels[..., 3] = dot(x)
        frames.append(Image.fromarray(pixels))
    path = tmp_path / "film.png"
    frames[0].save(path, save_all=True, append_images=frames[1:], disposal=1, blend=0)
    course = film_from_file(path, 1.0)
    np.testing.assert_allclose(mean(course.at(1.0)), [0.5, 0.4], atol=PIXEL_M)


def test_large_frames_are_reduced(tmp_path):
    path = write_animation(tmp_path / "film.gif", [dot(x, side=400) for x in (-0.5, 0.5)])
    course = film_from_file(path, 1.0)
    assert course.course.frames.shape == (2, 128, 128)
    np.testing.assert_allclose(mean(course.at(0.0)), [-0.5, 0.4], atol=PIXEL_M)


def test_a_frame_in_which_nothing_is_dense(tmp_path):
    path = write_animation(tmp_path / "film.gif", [dot(0.0), np.zeros((128, 128), np.uint8)])
    with pytest.raises(UsageError, match=r"nothing dense in frame 1: .*target_layout='picture'"):
        film_from_file(path, 1.0)


def test_too_many_frames(tmp_path, monkeypatch):
    monkeypatch.setattr(film, "MOST_FRAMES", 3)
    with pytest.raises(UsageError, match="too many frames: at most 3"):
        film_from_file(written(tmp_path, "gif"), 1.0)


def many_pages(path, pages):
    """Write a TIFF of pages of one pixel, each an entry in a chain and hardly more."""
    tags = [(256, 4, 1), (257, 4, 1), (258, 3, 8), (262, 3, 1), (273, 4, 0), (278, 4, 1)]
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    length = len(body) + 6
    content = bytearray(b"II*\0" + struct.pack("<I", 8))
    for page in range(pages):
        following = len(content) + length if page + 1 < pages else 0
        content += struct.pack("<H", len(tags)) + body + struct.pack("<I", following)
    path.write_bytes(content)
    return path


def many_frames(path, frames):
    """Write a GIF of frames of one pixel."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    path.write_bytes(head + frame * frames + b";")
    return path


@pytest.mark.parametrize("written", [many_pages, many_frames])
def test_very_many_frames_are_counted_only_as_far_as_need_be(tmp_path, written):
    suffix = "tif" if written is many_pages else "gif"
    path = written(tmp_path / f"a.{suffix}", 50_000)
    begun_s = time.monotonic()
    with pytest.raises(UsageError, match="has too many frames: at most 5000 are read"):
        read_animation(path)
    assert time.monotonic() - begun_s < 5.0


def test_a_film_may_claim_any_number_of_frames(tmp_path):
    path = written(tmp_path, "png")
    content = path.read_bytes()
    place = content.index(b"acTL")
    claim = b"acTL" + struct.pack(">II", 2**31 - 1, 0)
    claim += struct.pack(">I", zlib.crc32(claim))
    path.write_bytes(content[:place] + claim + content[place + len(claim) :])
    with pytest.raises(UsageError, match="has too many frames"):
        read_animation(path)


def test_all_frames_together_have_a_bound(tmp_path, monkeypatch):
    path = written(tmp_path, "gif")
    monkeypatch.setattr(animation, "MOST_PIXELS", 4 * dot(0.0)[..., 0].size - 1)
    with pytest.raises(UsageError, match="has too many pixels in all its frames"):
        read_animation(path)


def test_a_long_file_of_frames_is_not_counted(tmp_path, monkeypatch):
    path = written(tmp_path, "gif")
    monkeypatch.setattr(animation, "MOST_ANIMATION_BYTES", path.stat().st_size - 1)
    with pytest.raises(UsageError, match="is too large: at most"):
        read_animation(path)


def test_a_page_of_another_size_is_refused_before_it_is_decoded(tmp_path):
    path = tmp_path / "a.tif"
    pages = [Image.new("L", (8, 8), 255), Image.new("L", (9, 9), 255)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="raw")
    # The second page, which no longer has what it says.
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<HHII", 256, 4, 1, 9), _WIDE))
    with pytest.raises(UsageError, match="has pages of different sizes"):
        read_animation(path)


@given(suffix=st.sampled_from(["gif", "webp", "png", "tif"]), data=st.data())
def test_damaged_ones_are_read_or_refused_in_one_sentence(tmp_path_factory, suffix, data):
    path = written(tmp_path_factory.mktemp("damaged"), suffix)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    said = None
    try:
        if is_animated(path):
            read_animation(path)
        else:
            target_from_file(path)
    except UsageError as error:
        said = str(error)
    assert said is None or said.startswith(f"target_file={str(path)!r} ")
