"""Animated pictures as films: their durations, pages, and those that are no film."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.targets.files import film
from bildsim.targets.files.animation import is_animated, read_animation
from bildsim.targets.files.target_file import film_from_file, target_from_file
from tests.bildsim.targets.files.dots import PIXEL_M, dot, mean, write_animation

PLACES = (-0.6, -0.2, 0.2, 0.6)
# The second frame rests for three quarters of the time up to the last.
DURATIONS_MS = [200, 1200, 200, 400]
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
