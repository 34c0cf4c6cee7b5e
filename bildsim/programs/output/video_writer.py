"""Frames to a video file, streamed into ffmpeg as they come and never held in memory.

The ffmpeg is imageio's; its writer is not used, for three things that a run relies on: it does not
look at how ffmpeg ended, so that a full disk would leave half a video and no word; Ctrl-C during a
frame kills ffmpeg, and the video with it; and what ffmpeg complains of goes to the terminal as it
is, instead of into one sentence.
"""

import contextlib
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np

from bildsim.basics.arrays import Image
from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.programs.output.claims import Claim
from bildsim.programs.output.files import tame

# On one thread `veryfast` takes 12 ms of CPU time a frame of 1280x720, on the core that the physics
# leaves free; `ultrafast` takes 6, for files nearly three times as large.
ENCODING = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "1"),
    *("-pix_fmt", "yuv420p"),
)
# Frames that are decoded in another order than shown begin before time zero: a segment that follows
# another one must not have them.
IN_ORDER = ("-bf", "0")
# Untagged files above 576 lines are shown as BT.709, so the conversion must be that one.
COLOURS = (
    *("-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd"),
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
)
PIPE_BYTES = 1 << 20


class VideoWriter:
    """Encodes frames as H.264, in the container the suffix names.

    The file is written as ``<stem>.part<suffix>`` and takes its own name in `close`, also of a
    run that failed, so that what was recorded until then can be watched. Without a single frame
    nothing is written.

    Args:
        path: the video to write, checked before by `bildsim.programs.output.paths.check_output`.
        fps: frames a second of playback.
        size: width and height of every frame in pixels, both even.
        joinable: whether another video is to follow in the same file, see `segmented_writer`.

    Raises:
        UsageError: the size or the frame rate cannot be encoded, ffmpeg does not run, or another
            process writes to the same video.
    """

    def __init__(
        self, path: Path, fps: float, size: tuple[int, int], *, joinable: bool = False
    ) -> None:
        if any(side < 2 or side % 2 for side in size):
            raise UsageError(
                f"video size {size[0]}x{size[1]} is not possible: H.264 needs even sides"
            )
        if not 1.0 <= fps <= 240.0:
            raise UsageError(f"video frame rate {fps:g} is not possible: allowed are 1 to 240")
        self._ffmpeg = find_ffmpeg()
        self.path = Path(path)
        self.part = part_name(self.path)
        self.frames = 0
        self._rate = str(Fraction(fps).limit_denominator(1001))
        self._size, self._order = size, IN_ORDER if joinable else ()
        # From now on, so that of two runs the second is refused before it begins. A segment has a
        # name of its own, and no file before its first frame.
        self._claim = None if joinable else Claim(self.part, "video", self.path)
        if not joinable and self.path.exists():
            self.abandon()
            raise UsageError(
                "{video} exists and would be overwritten: give the name of a new file",
                video=str(self.path),
            )
        self._encoder: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None

    def write(self, frame: Image) -> None:
        """Encode the next frame, RGB (H, W, 3).

        Raises:
            ValueError: the frame is not of the size that the writer was made for.
            RunError: the encoder has stopped, for example because the disk is full.
        """
        width, height = self._size
        if frame.shape != (height, width, 3) or frame.dtype != "uint8":
            raise ValueError(f"a frame of {width}x{height} RGB bytes was due, not {frame.shape}")
        if self._encoder is None:
            self._start()
        assert self._encoder is not None
        assert self._encoder.stdin is not None
        try:
            self._encoder.stdin.write(np.ascontiguousarray(frame).data)
        except OSError as error:
            raise self._failure() from error
        self.frames += 1

    def close(self) -> None:
        """Finish the file and give it its name; further calls do nothing.

        Raises:
            RunError: the encoder failed, or a file of that name has appeared meanwhile.
        """
        if self._encoder is None:
            self.abandon()
            return
        try:
            self._finish_encoding()
        except OSError:
            raise self._failure() from None
        if self.path.exists():
            raise RunError(f"{self.path} exists by now: the video was left in {self.part}")
        self.part.rename(self.path)
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def abandon(self) -> None:
        """Give the name back if no frame has come; what an encoder has begun stays."""
        if self._claim is None or self.frames or self._encoder is not None:
            return
        self.part.unlink(missing_ok=True)
        self._claim.release()
        self._claim = None

    def _start(self) -> None:
        width, height = self._size
        source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}")
        command = [
            *(self._ffmpeg, "-y", "-v", "error"),
            *(*source, "-r", self._rate, "-i", "-"),
            *(*ENCODING, *self._order, *COLOURS, f"file:{self.part}"),
        ]
        # The encoder writes to the same file, which stays this process's until it has its name.
        self._claim = self._claim or Claim(self.part, "video", self.path)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives with the encoder
        # A session of its own: Ctrl-C in the terminal must not reach the encoder, which still
        # has to finish the file.
        self._encoder = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            start_new_session=True,
            pipesize=PIPE_BYTES,
        )

    def _finish_encoding(self) -> None:
        assert self._encoder is not None
        assert self._encoder.stdin is not None
        self._encoder.stdin.close()
        if self._encoder.wait() != 0:
            raise OSError
        self._release()

    def _failure(self) -> RunError:
        """Reap the encoder that has stopped and return what it said, in one sentence."""
        assert self._encoder is not None
        assert self._complaints is not None
        assert self._encoder.stdin is not None
        with contextlib.suppress(OSError):
            self._encoder.stdin.close()
        self._encoder.kill()
        self._encoder.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().splitlines()
        self._release()
        return RunError(f"the video {self.path} could not be encoded: {said[-1] if said else '?'}")

    def _release(self) -> None:
        assert self._complaints is not None
        self._complaints.close()
        self._encoder = None


def part_name(path: Path) -> Path:
    """Return the name under which a video is written until it is whole."""
    ending = f".part{path.suffix}"
    return path.with_name(tame(path.stem, len(ending)) + ending)
