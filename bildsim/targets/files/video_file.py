"""The frames of a video.

Videos are decoded by imageio's ffmpeg, called without imageio's reader: that one hands over frames
of the film's own size or warns of another, leaves ffmpeg's pipes to the garbage collector where a
file is damaged, and keeps what ffmpeg says of it in a page of text. Here ffmpeg reduces every frame
to 128 x 128 grey pixels, so memory is that of the target, whatever the film.
"""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.targets.files.film import MOST_FRAMES, Footage
from bildsim.targets.files.user_file import file_error

VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")
PIXELS = 128
"""Every frame of a video is stretched to a square of so many pixels a side."""


def read_video(path: Path, dark: bool = False) -> Footage:
    """Return a video's frames as targets, the top row at y = +1.

    Args:
        path: the file.
        dark: whether dark is dense, or bright.

    Raises:
        UsageError: the file is no video, is too long, or a frame is black.
    """
    frames = _decoded(path)
    source = f"{path.name}: video, top row at y = +1, {'dark' if dark else 'bright'} is dense"
    return Footage(path, 255 - frames if dark else frames, soft=True, source=source)


def _decoded(path: Path) -> NDArray[np.uint8]:
    """Return the brightness of a video's frames, the bottom row of each first."""
    # One frame more than is allowed shows that there are too many.
    reading = ("-v", "error", "-nostdin", "-i", f"file:{path}", "-frames:v", str(MOST_FRAMES + 1))
    form = ("-vf", f"scale={PIXELS}:{PIXELS}:flags=area", "-pix_fmt", "gray", "-f", "rawvideo")
    command = [find_ffmpeg(), *reading, "-an", *form, "-"]
    ended = subprocess.run(command, capture_output=True, check=False)
    whole = len(ended.stdout) - len(ended.stdout) % PIXELS**2
    if ended.returncode or not whole:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise file_error(path, f"cannot be read as a video: {said[-1] if said else 'no frames'}")
    pixels = np.frombuffer(ended.stdout[:whole], dtype=np.uint8)
    return pixels.reshape(-1, PIXELS, PIXELS)[:, ::-1]
