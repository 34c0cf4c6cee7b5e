"""Videos as targets: what is read back, and every file that is none."""

import signal
import subprocess

import imageio.v2 as imageio
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.targets.files import film, video_file
from bildsim.targets.files.target_file import film_from_file
from tests.bildsim.targets.files.dots import PIXEL_M, dot, mean, write_video
from tests.bildsim.targets.files.quarters import cell_centres


def stripes():
    """Frames 64 x 48: the right, the left, the lower third bright; 16 frames each."""
    frames = np.zeros((48, 48, 64, 3), dtype=np.uint8)
    frames[:16, :, 43:] = 220
    frames[16:32, :, :21] = 220
    frames[32:, 32:, :] = 220
    return frames


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_a_video_is_read_back(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    imageio.mimwrite(path, list(stripes()), fps=16, macro_block_size=16)
    course = film_from_file(path, 4.7)
    assert len(course.course.frames) == 48
    points = cell_centres(60, 60)
    for time_s, bright in (
        (0.7, points[..., 0] > 0.28),
        (2.3, points[..., 0] < -0.28),
        (4.2, points[..., 1] < -0.28),
    ):
        density = course.at(time_s).density(points)
        assert density[bright].sum() / density.sum() == pytest.approx(0.98, abs=0.03)


def test_a_video_that_is_too_long_is_refused(tmp_path, monkeypatch):
    imageio.mimwrite(tmp_path / "film.mp4", list(stripes()), fps=16)
    monkeypatch.setattr(film, "MOST_FRAMES", 47)
    with pytest.raises(UsageError, match="too many frames: at most 47"):
        film_from_file(tmp_path / "film.mp4", 1.0)


def test_videos_that_are_refused(tmp_path):
    (tmp_path / "text.mp4").write_text("no video at all")
    with pytest.raises(UsageError, match=r"text.mp4. cannot be read as a video: "):
        film_from_file(tmp_path / "text.mp4", 1.0)
    with pytest.raises(UsageError, match=r"gone.mp4. does not exist"):
        film_from_file(tmp_path / "gone.mp4", 1.0)
    imageio.mimwrite(tmp_path / "dark.mp4", [np.zeros((32, 32, 3), np.uint8)] * 3, fps=16)
    with pytest.raises(UsageError, match=r"nothing dense in frame 0: .*; target_dark makes"):
        film_from_file(tmp_path / "dark.mp4", 1.0)
    with pytest.raises(UsageError, match="target_time=0 is out of range"):
        film_from_file(tmp_path / "dark.mp4", 0.0)


def test_frames_of_too_many_pixels_are_not_decoded(tmp_path, monkeypatch):
    imageio.mimwrite(tmp_path / "film.mp4", list(stripes()), fps=16)
    monkeypatch.setattr(video_file, "LARGEST_IMAGE", 64 * 48 - 1)
    with pytest.raises(UsageError, match=r"film.mp4. is too large: at most 64 million pixels"):
        film_from_file(tmp_path / "film.mp4", 1.0)


def test_decoding_takes_no_longer_than_the_bound(tmp_path, monkeypatch):
    path = tmp_path / "film.mp4"
    imageio.mimwrite(path, list(stripes()), fps=16)
    called = []

    def killed(command, **_):
        called.extend(command)
        said = f"[info] Exiting normally, received signal {int(signal.SIGXCPU)}.\n"
        return subprocess.CompletedProcess(command, 255, b"", said.encode())

    monkeypatch.setattr(video_file, "MOST_SECONDS", 7)
    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(UsageError, match="takes more than 7 s of a processor to decode"):
        film_from_file(path, 1.0)
    assert called[called.index("-timelimit") + 1] == "7"


def test_a_playlist_called_a_video_leads_nowhere(tmp_path):
    imageio.mimwrite(tmp_path / "film.mp4", list(stripes()), fps=16)
    lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:3", "#EXTINF:3,", "film.mp4", "#EXT-X-ENDLIST")
    (tmp_path / "list.mp4").write_text("\n".join(lines))
    (tmp_path / "concat.mp4").write_text("ffconcat version 1.0\nfile film.mp4\n")
    for name in ("list.mp4", "concat.mp4"):
        with pytest.raises(UsageError, match=rf"{name}. cannot be read as a video: "):
            film_from_file(tmp_path / name, 1.0)


def moves_stops_moves():
    """Return 10 s of 25 frames each: 2 s to the middle, 6 s at rest there, 2 s on."""
    way = np.linspace(-0.6, 0.0, 50)
    return [dot(x) for x in (*way, *[0.0] * 150, *(way + 0.6))]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".webm"])
def test_a_pause_counts_once_and_the_end_is_the_end(tmp_path, suffix):
    """A variable rate with frames that are decoded in another order than shown (B-frames)."""
    codec = ("libvpx-vp9", "-crf", "30") if suffix == ".webm" else ("libx264", "-bf", "3")
    options = ("-vf", "mpdecimate", "-fps_mode", "vfr", "-c:v", *codec)
    path = write_video(tmp_path / f"dot{suffix}", moves_stops_moves(), 25, *options)
    course = film_from_file(path, 100.0)
    assert len(course.course.frames) < 110
    # Of the film's 9.96 s up to its last frame.
    second = 100.0 / 9.96
    for own_s, x in ((0, -0.6), (1, -0.3), (2, 0.0), (5, 0.0), (8, 0.0), (9, 0.3), (9.96, 0.6)):
        np.testing.assert_allclose(
            mean(course.at(own_s * second)), [x, 0.4], atol=2 * PIXEL_M, err_msg=f"{own_s} s"
        )
    assert "video of 9.96 s" in course.source


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
@pytest.mark.parametrize("fps", [24, 30])
def test_a_constant_rate_is_equal_steps_also_on_a_clock_of_milliseconds(tmp_path, suffix, fps):
    frames = [dot(x) for x in np.linspace(-0.5, 0.5, 31)]
    course = film_from_file(write_video(tmp_path / f"even{suffix}", frames, fps), 1.0)
    assert course.course.times_s is None
    assert len(course.course.frames) == 31


def test_frames_that_do_not_come_later_are_left_out():
    said = b"".join(
        b"[Parsed_showinfo_0 @ 0x1] [info] " + line + b"\n"
        for line in (
            b"config in time_base: 1/10, frame_rate: 10/1",
            *(b"n:   %d pts:    %d pts_time:0" % (k, t) for k, t in enumerate((5, 7, 6, 7, 9))),
        )
    )
    frames = np.arange(5, dtype=np.uint8).reshape(5, 1, 1)
    decoded = video_file._stamped(frames, said)
    assert decoded.frames.ravel().tolist() == [0, 1, 4]
    assert decoded.stamps_s == pytest.approx([0.5, 0.7, 0.9])


def test_without_stamps_steps_are_equal():
    frames = np.zeros((2, 1, 1), dtype=np.uint8)
    decoded = video_file._stamped(frames, b"[Parsed_showinfo_0 @ 0x1] [info] n: 0 pts: NOPTS\n")
    assert len(decoded.frames) == 2
    assert not decoded.stamps_s.size


def test_dark_is_dense_where_it_is_said(tmp_path):
    frames = [255 - dot(x) for x in (-0.5, -0.5, 0.5, 0.5)]
    path = write_video(tmp_path / "dark.mp4", frames, 10)
    course = film_from_file(path, 3.0, target_dark=True)
    # What is nearly white in the codec's eyes is a little dense all over.
    for time_s, x in ((0.0, -0.5), (3.0, 0.5)):
        assert mean(course.at(time_s))[0] == pytest.approx(x, abs=0.15)
