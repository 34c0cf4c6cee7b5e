"""The film of a run as a page holds it: in the page where it is small, beside it where not."""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bildsim.basics.ffmpeg import find_ffmpeg

MOST_BYTES = 24_000_000
"""Larger films stay files: a page of twice this size is slow to open."""
_KINDS = {".gif": "image/gif"}


@dataclass(frozen=True)
class Clip:
    """A film on a page, or why there is none.

    Attributes:
        source: what the page plays: the film itself as ``data:``, a file beside the page, or
            nothing.
        moving_picture: whether it is an animated picture, and no video.
        note: a sentence about it, for readers.
    """

    source: str = ""
    moving_picture: bool = False
    note: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether the film is in the page."""
        return self.source.startswith("data:")


def clip_of(film: Path | None, page: Path, why_none: str) -> Clip:
    """Return the film as the page holds it.

    Args:
        film: the video's file; None where none was made.
        page: where the page will be.
        why_none: what to say where there is no film.
    """
    if film is None or not film.is_file():
        return Clip(note=why_none)
    gif = film.suffix.lower() in _KINDS
    size = film.stat().st_size
    if size > MOST_BYTES:
        place = quote(os.path.relpath(film.resolve(), page.resolve().parent))
        note = f"The film has {size / 1e6:.0f} MB and is not in this page: it lies in {film.name}."
        return Clip(place, gif, note)
    content = film.read_bytes() if gif or film.suffix.lower() == ".mp4" else _as_mp4(film)
    kind = _KINDS.get(film.suffix.lower(), "video/mp4")
    return Clip(f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}", gif)


def _as_mp4(film: Path) -> bytes:
    """Return the same pictures in the container that browsers play, without encoding them anew."""
    with tempfile.TemporaryDirectory(prefix="bildsim-") as directory:
        path = Path(directory) / "film.mp4"
        command = [find_ffmpeg(), "-v", "error", "-i", f"file:{film}", "-c", "copy", str(path)]
        ended = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        return path.read_bytes() if ended.returncode == 0 else film.read_bytes()
