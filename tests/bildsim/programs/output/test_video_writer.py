"""The encoder: what goes in comes out, nothing half-written stays, and refusals are sentences."""

import os
import subprocess
from contextlib import closing
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.output.paths import check_out_directory, check_output
from bildsim.programs.output.video_writer import VideoWriter

SIZE = (160, 96)
COLOURS = [(200, 40, 40), (40, 200, 40), (40, 40, 200), (236, 240, 246), (13, 16, 23)]


def flat(colour):
    return np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)


def read(path):
    """Return every frame, as another program decodes it."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path)]
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    decoded = subprocess.run([*command, *raw], check=True, capture_output=True).stdout
    return np.frombuffer(decoded, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)


def record(path, count=10):
    with closing(VideoWriter(path, 20, SIZE)) as video:
        for index in range(count):
            video.write(flat(COLOURS[index % len(COLOURS)]))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".MP4"])
def test_video_reads_back(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    check_output(path)
    record(path, count=10)
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(path))
    assert frames == 10
    assert seconds == pytest.approx(0.5, abs=0.05)
    pictures = read(path)
    assert pictures.shape == (10, SIZE[1], SIZE[0], 3)
    # Eight-bit YUV and the encoder's quantiser move flat colours by a few levels.
    for picture, colour in zip(pictures, COLOURS * 2, strict=True):
        assert np.abs(picture.astype(int) - colour).max() <= 8


def test_first_row_of_the_frame_is_on_top(tmp_path):
    frame = flat((0, 0, 0))
    frame[:48, :80] = 255
    with closing(VideoWriter(tmp_path / "out.mp4", 30, SIZE)) as video:
        video.write(frame)
    picture = read(tmp_path / "out.mp4")[0]
    assert picture[:40, :72].min() > 240
    assert picture[56:].max() < 16
    assert picture[:, 88:].max() < 16


def test_only_the_whole_file_takes_the_name(tmp_path):
    path = tmp_path / "out.mp4"
    with closing(VideoWriter(path, 30, SIZE)) as video:
        video.write(flat(COLOURS[0]))
        assert not path.exists()
    assert os.listdir(tmp_path) == ["out.mp4"]


def test_without_frames_nothing_is_left(tmp_path):
    with closing(VideoWriter(tmp_path / "out.mp4", 30, SIZE)):
        pass
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RunError, ZeroDivisionError])
def test_what_was_recorded_before_an_error_is_kept(tmp_path, error):
    def fail():
        with closing(VideoWriter(tmp_path / "out.mp4", 30, SIZE)) as video:
            for _ in range(7):
                video.write(flat(COLOURS[1]))
            raise error

    with pytest.raises(error):
        fail()
    assert os.listdir(tmp_path) == ["out.mp4"]
    assert imageio_ffmpeg.count_frames_and_secs(str(tmp_path / "out.mp4"))[0] == 7


def test_a_second_close_does_nothing(tmp_path):
    video = VideoWriter(tmp_path / "out.mp4", 30, SIZE)
    video.write(flat(COLOURS[0]))
    video.close()
    video.close()
    assert (tmp_path / "out.mp4").exists()


def test_a_name_taken_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "out.mp4"
    video = VideoWriter(path, 30, SIZE)
    video.write(flat(COLOURS[0]))
    path.write_text("mine")
    with pytest.raises(RunError, match=r"out\.part\.mp4"):
        video.close()
    assert path.read_text() == "mine"


def test_an_encoder_that_cannot_write_ends_the_run(tmp_path):
    (tmp_path / "out.part.mp4").mkdir()
    with pytest.raises(RunError, match="could not be encoded") as caught:
        record(tmp_path / "out.mp4", count=500)
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == ["out.part.mp4"]


@pytest.mark.parametrize("size", [(161, 96), (160, 95), (0, 96), (-2, 96)])
def test_odd_sizes_are_refused(tmp_path, size):
    with pytest.raises(UsageError, match="even"):
        VideoWriter(tmp_path / "out.mp4", 30, size)


@pytest.mark.parametrize("fps", [0, -1, 1000, float("nan")])
def test_impossible_frame_rates_are_refused(tmp_path, fps):
    with pytest.raises(UsageError, match="frame rate"):
        VideoWriter(tmp_path / "out.mp4", fps, SIZE)


def test_frames_of_another_size_or_type_are_refused(tmp_path):
    video = VideoWriter(tmp_path / "out.mp4", 30, SIZE)
    for frame in (flat(COLOURS[0])[1:], flat(COLOURS[0]).astype(float)):
        with pytest.raises(ValueError, match="160x96"):
            video.write(frame)
    video.close()
    assert os.listdir(tmp_path) == []


def test_a_view_that_is_not_contiguous_is_encoded(tmp_path):
    wide = np.zeros((SIZE[1], 2 * SIZE[0], 3), np.uint8)
    wide[:, ::2] = 255
    with closing(VideoWriter(tmp_path / "out.mp4", 30, SIZE)) as video:
        video.write(wide[:, ::2])
    assert read(tmp_path / "out.mp4").min() > 240


def refusal(check, path, option):
    with pytest.raises(UsageError) as caught:
        check(Path(path), option)
    sentence = str(caught.value)
    assert sentence.startswith(option)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("out.avi", ".mp4"),
        ("out", ".mp4"),
        ("there.mp4", "overwritten"),
        ("dangling.mp4", "overwritten"),
        ("folder.mp4", "is a directory"),
        ("missing/out.mp4", "does not exist"),
        ("there.mp4/out.mp4", "is not a directory"),
        ("x" * 300 + ".mp4", "too long"),
        ("x" * 252 + ".mp4", "too long"),
        ("nul\0.mp4", "null"),
    ],
)
def test_bad_video_names(tmp_path, name, says):
    (tmp_path / "there.mp4").write_text("mine")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "dangling.mp4").symlink_to(tmp_path / "nowhere")
    before = sorted(os.listdir(tmp_path))
    assert says in refusal(check_output, tmp_path / name, "--video")
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("file", "is a file"),
        ("full", "not empty"),
        ("missing/out", "does not exist"),
        ("file/out", "is not a directory"),
        ("x" * 300, "too long"),
    ],
)
def test_bad_result_directories(tmp_path, name, says):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "metrics.csv").write_text("mine")
    assert says in refusal(check_out_directory, tmp_path / name, "--out")
    assert sorted(os.listdir(tmp_path)) == ["file", "full"]


def test_good_result_directories_pass_and_are_not_made(tmp_path):
    (tmp_path / "empty").mkdir()
    check_out_directory(tmp_path / "empty")
    check_out_directory(tmp_path / "new")
    check_output(tmp_path / "new.mp4")
    assert os.listdir(tmp_path) == ["empty"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has these places")
@pytest.mark.parametrize("parent", ["/proc", "/proc/self", "/sys", "/dev/null"])
def test_places_that_keep_no_files_are_refused(parent):
    assert "director" in refusal(check_output, f"{parent}/out.mp4", "--video")
    assert "director" in refusal(check_out_directory, f"{parent}/out", "--out")


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write anywhere")
def test_directories_without_permission_are_refused(tmp_path):
    tmp_path.chmod(0o500)
    assert "cannot be written" in refusal(check_output, tmp_path / "out.mp4", "--video")
    assert "cannot be written" in refusal(check_out_directory, tmp_path, "--out")
    tmp_path.chmod(0o700)


def test_of_two_writers_of_one_name_the_second_is_refused_at_once(tmp_path):
    path = tmp_path / "out.mp4"
    with closing(VideoWriter(path, 30, SIZE)) as video:
        with pytest.raises(UsageError, match="another process writes to it"):
            VideoWriter(path, 30, SIZE)
        video.write(flat(COLOURS[0]))
    with pytest.raises(UsageError, match="exists and would be overwritten"):
        VideoWriter(path, 30, SIZE)
    assert os.listdir(tmp_path) == ["out.mp4"]


def test_a_video_that_is_abandoned_before_its_first_frame_leaves_nothing(tmp_path):
    video = VideoWriter(tmp_path / "out.mp4", 30, SIZE)
    video.abandon()
    video.abandon()
    video.close()
    assert os.listdir(tmp_path) == []
    record(tmp_path / "out.mp4")
