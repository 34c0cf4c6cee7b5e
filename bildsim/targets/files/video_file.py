"""The frames of a video, and when each is shown.

Videos are decoded by imageio's ffmpeg, called without imageio's reader: that one hands over frames
of the film's own size or warns of another, knows nothing of their time stamps, leaves ffmpeg's
pipes to the garbage collector where a file is damaged, and keeps what ffmpeg says of it in a page
of text. Here ffmpeg reduces every frame to 128 x 128 grey pixels, so memory is that of the target,
whatever the film.
"""

import re
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.targets.files.film import MOST_FRAMES, PIXELS, Footage, check_count, unless_even
from bildsim.targets.files.picture import way_of
from bildsim.targets.files.user_file import LARGEST_IMAGE, file_error, too_large

MOST_SECONDS = 1800
"""So long decoding may take a processor (s): 5,000 frames of 3,840 x 2,160 take less."""
_TIME_IS_UP = f"received signal {int(getattr(signal, 'SIGXCPU', 24))}"
_CONTAINERS = "mov,matroska,avi"
# Every line that ffmpeg prints says where it comes from and how grave it is.
_SHOWN = rb"^\[Parsed_showinfo_0 @ \w+\] \[info\] "
_FRAME = re.compile(_SHOWN + rb"n: *\d+ pts: *(-?\d+|NOPTS)", re.M)
_CLOCK = re.compile(_SHOWN + rb"config in time_base: (\d+)/(\d+)", re.M)
_COMPLAINT = re.compile(r"^.*\[(?:error|fatal)\] (.+)$", re.M)


class _Decoded(NamedTuple):
    """What ffmpeg made of a video.

    Attributes:
        frames: (T, 128, 128) brightness, the bottom row of each first.
        stamps_s: (T,) when each is shown (s); empty where the file does not say.
        tick_s: the smallest difference between them that the file can tell (s).
    """

    frames: NDArray[np.uint8]
    stamps_s: Floats
    tick_s: float


def read_video(path: Path, dark: bool = False) -> Footage:
    """Return a video's frames as targets, the top row at y = +1, at the moments that it says.

    Args:
        path: the file.
        dark: whether dark is dense, or bright.

    Raises:
        UsageError: the file is no video, is too long, or nothing is dense in a frame.
    """
    frames, stamps_s, tick_s = _decoded(path)
    check_count(len(frames), path)
    length, uneven = "", None
    if len(stamps_s):
        length, uneven = f" of {stamps_s[-1] - stamps_s[0]:.4g} s", unless_even(stamps_s, tick_s)
    source = f"{path.name}: video{length}, {way_of(dark)}"
    other = "" if dark else "; {target_dark} makes dark dense"
    return Footage(path, 255 - frames if dark else frames, True, source, uneven, other)


def _decoded(path: Path) -> _Decoded:
    # One frame more than is allowed shows that there are too many.
    reading = ("-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+info")
    # A playlist of that name would lead elsewhere.
    bounds = (
        *("-format_whitelist", _CONTAINERS, "-protocol_whitelist", "file"),
        *("-max_pixels", str(LARGEST_IMAGE), "-timelimit", str(MOST_SECONDS)),
    )
    source = ("-i", f"file:{path}", "-an", "-frames:v", str(MOST_FRAMES + 1))
    # Frames as they are: at a constant rate a pause would be filled with copies, and counted twice.
    form = (
        *("-fps_mode", "passthrough"),
        *("-vf", f"showinfo=checksum=0,scale={PIXELS}:{PIXELS}:flags=area"),
        *("-pix_fmt", "gray", "-f", "rawvideo"),
    )
    command = [find_ffmpeg(), *reading, *bounds, *source, *form, "-"]
    ended = subprocess.run(command, capture_output=True, check=False)
    whole = len(ended.stdout) - len(ended.stdout) % PIXELS**2
    if ended.returncode or not whole:
        raise _refusal(ended.stderr.decode(errors="replace"), path)
    pixels = np.frombuffer(ended.stdout[:whole], dtype=np.uint8)
    return _stamped(pixels.reshape(-1, PIXELS, PIXELS)[:, ::-1], ended.stderr)


def _refusal(said: str, path: Path) -> UsageError:
    """Return the error for a video of which ffmpeg said this before it gave up."""
    if "exceeds specified max pixel count" in said:
        return too_large(path)
    if _TIME_IS_UP in said:
        return file_error(path, f"takes more than {MOST_SECONDS} s of a processor to decode")
    complaints = _COMPLAINT.findall(said) or ["no frames"]
    return file_error(path, f"cannot be read as a video: {complaints[-1]}")


def _stamped(frames: NDArray[np.uint8], said: bytes) -> _Decoded:
    """Return the frames with the moments that ffmpeg says of them; later ones come later."""
    stamps, clock = _FRAME.findall(said), _CLOCK.search(said)
    if clock is None or b"NOPTS" in stamps or len(stamps) < len(frames):
        return _Decoded(frames, np.empty(0), 0.0)
    tick_s = int(clock[1]) / int(clock[2])
    ticks = np.array(stamps[: len(frames)], dtype=np.int64)
    latest = np.maximum.accumulate(ticks)
    kept = np.concatenate([[True], ticks[1:] > latest[:-1]])
    return _Decoded(frames[kept], ticks[kept] * tick_s, tick_s)
