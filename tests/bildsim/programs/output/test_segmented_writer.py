"""A video in segments: all frames in order, evenly spaced, and nothing of it lost by a kill."""

import re
import subprocess
import tempfile
from itertools import pairwise

import imageio_ffmpeg
import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.output.segmented_writer import SegmentedVideoWriter, remove_segments

SIZE = (160, 96)
FPS = 30.0


def picture(number):
    """Return a frame that says its number in grey."""
    return np.full((SIZE[1], SIZE[0], 3), 16 + 5 * number, np.uint8)


def film(segmented, numbers):
    for number in numbers:
        segmented.write(picture(number))


def read(path):
    """Return the numbers that the frames show, and the times at which they are shown."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    raw = ("-f", "rawvideo", "-pix_fmt", "gray", "-")
    command = [ffmpeg, "-v", "error", "-i", str(path), *raw]
    decoded = subprocess.run(command, check=True, capture_output=True).stdout
    grey = np.frombuffer(decoded, np.uint8).reshape(-1, SIZE[0] * SIZE[1]).mean(axis=1)
    show = [ffmpeg, "-i", str(path), "-vf", "showinfo", "-f", "null", "-"]
    said = subprocess.run(show, check=True, capture_output=True, text=True).stderr
    times = [float(time) for time in re.findall(r"pts_time:([\d.]+)", said)]
    return np.rint((grey - 16) / 5).astype(int).tolist(), np.array(times)


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv", "it's [a] film.mov"])
def test_segments_become_one_video(tmp_path, name):
    segmented = SegmentedVideoWriter(tmp_path / name, FPS, SIZE)
    ends = (0, 1, 12, 13, 37)
    for start, end in pairwise(ends):
        film(segmented, range(start, end))
        segmented.snapshot()
    film(segmented, range(37, 40))
    segmented.close()
    segmented.close()
    numbers, times = read(tmp_path / name)
    assert numbers == list(range(40))
    # Matroska counts in milliseconds.
    np.testing.assert_allclose(times, np.arange(40) / FPS, rtol=0, atol=6e-4)
    assert len(list(tmp_path.iterdir())) == 6
    remove_segments(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_another_reel_goes_on_where_a_state_was_taken(tmp_path):
    path = tmp_path / "out.mp4"
    first = SegmentedVideoWriter(path, FPS, SIZE)
    film(first, range(5))
    state = first.snapshot()
    film(first, range(30, 34))
    first.close()
    assert read(path)[0] == [0, 1, 2, 3, 4, 30, 31, 32, 33]
    second = SegmentedVideoWriter(path, FPS, SIZE)
    second.restore(state)
    film(second, range(5, 9))
    second.close()
    assert read(path)[0] == list(range(9))


def test_a_lost_segment_is_named(tmp_path):
    first = SegmentedVideoWriter(tmp_path / "out.mp4", FPS, SIZE)
    film(first, range(3))
    state = first.snapshot()
    remove_segments(tmp_path / "out.mp4")
    del first
    with pytest.raises(UsageError, match=r"out\.mp4\.part-000000000-\w+\.mp4, a segment"):
        SegmentedVideoWriter(tmp_path / "out.mp4", FPS, SIZE).restore(state)


def test_a_name_taken_meanwhile_is_not_overwritten(tmp_path):
    segmented = SegmentedVideoWriter(tmp_path / "out.mp4", FPS, SIZE)
    film(segmented, range(3))
    (tmp_path / "out.mp4").write_text("mine")
    with pytest.raises(RunError, match="exists by now"):
        segmented.close()
    assert (tmp_path / "out.mp4").read_text() == "mine"


def test_without_frames_nothing_is_left(tmp_path):
    segmented = SegmentedVideoWriter(tmp_path / "out.mp4", FPS, SIZE)
    assert segmented.snapshot() == {"done": ()}
    segmented.close()
    assert not list(tmp_path.iterdir())


def test_a_segment_that_is_no_video_is_one_sentence(tmp_path):
    segmented = SegmentedVideoWriter(tmp_path / "out.mp4", FPS, SIZE)
    film(segmented, range(3))
    (segment,) = segmented.snapshot()["done"]
    (tmp_path / segment.name).write_bytes(b"nothing")
    with pytest.raises(RunError, match="could not be joined") as caught:
        segmented.close()
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.mp4").exists()


def test_segments_are_joined_without_a_file_that_two_processes_hold_open(tmp_path, monkeypatch):
    monkeypatch.delattr(tempfile, "NamedTemporaryFile")
    segmented = SegmentedVideoWriter(tmp_path / "out.mp4", FPS, SIZE)
    film(segmented, range(3))
    segmented.snapshot()
    film(segmented, range(3, 5))
    segmented.close()
    assert read(tmp_path / "out.mp4")[0] == list(range(5))
