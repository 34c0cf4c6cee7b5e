"""Animated pictures (.gif) of films: smaller, slower, and of colours chosen for each."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from bildsim.basics.errors import RunError
from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.programs.output.files import tame

SUFFIX = ".gif"
WIDTH, FASTEST, MOST_FRAMES = 800, 10.0, 240
"""Width in pixels, frames a second at most, and how many frames there are at most: every frame of a
film that is to be shown in a page costs some 20 kB."""
_COLOURS = 128


def encoded(path: Path) -> Path:
    """Return the video that a film is encoded to: itself, or what a .gif is made of at the end."""
    if path.suffix.lower() != SUFFIX:
        return path
    return path.with_name(f"{tame(path.name, len('.film.mp4'))}.film.mp4")


def make_gif(video: Path, path: Path, seconds: float) -> None:
    """Make an animated picture of a video, which stays.

    Args:
        video: the video.
        path: the picture; a file of that name is replaced.
        seconds: how long the video plays.

    Raises:
        RunError: ffmpeg cannot make it.
    """
    rate = min(FASTEST, MOST_FRAMES / max(seconds, 1e-9))
    smaller = f"fps={rate:.6f},scale={WIDTH}:-2:flags=lanczos"
    part = path.with_name(f"{tame(path.stem, len('.part.gif'))}.part{SUFFIX}")
    with tempfile.TemporaryDirectory(prefix="bildsim-") as directory:
        palette = Path(directory) / "palette.png"
        # Twice over the video, for in one go ffmpeg would hold all frames in memory.
        chosen = f"{smaller},palettegen=max_colors={_COLOURS}:stats_mode=full"
        _run(path, "-i", f"file:{video}", "-vf", chosen, str(palette))
        used = f"{smaller}[small];[small][1:v]paletteuse=dither=bayer:bayer_scale=4"
        graph = f"[0:v]{used}:diff_mode=rectangle"
        _run(path, "-i", f"file:{video}", "-i", str(palette), "-lavfi", graph, f"file:{part}")
    part.replace(path)


def _run(path: Path, *words: str) -> None:
    # A session of its own: Ctrl-C must not leave half a picture.
    ended = subprocess.run(
        [find_ffmpeg(), "-y", "-v", "error", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        start_new_session=True,
    )
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise RunError("{0} could not be made: {1}", path, said[-1] if said else "?")
