"""A film of a bright dot that moves, stops and moves on, and where the mean of a density is."""

import subprocess

import numpy as np
from PIL import Image

from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.density.grid import Grid

PIXEL_M = 2.0 / 128
GRID = Grid(0.02)


def dot(x, y=0.4, side=128):
    """Return a frame with a bright dot at a place (m), top row first."""
    across = -1.0 + (2.0 * np.arange(side) + 1.0) / side
    columns, rows = np.meshgrid(across, -across)
    return (255 * (np.hypot(columns - x, rows - y) < 0.2)).astype(np.uint8)


def mean(target):
    """Return the mean (x, y) of what a target adds to the little of the uniform density (m)."""
    weights = target.on_grid(GRID) * GRID.area_weights
    return np.tensordot(weights, GRID.points, axes=2) / 0.98


def write_video(path, frames, fps, *options):
    """Write grey frames (T, 128, 128) as a video, with ffmpeg's options for the output."""
    source = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", "128x128", "-r", str(fps), "-i", "-")
    command = [find_ffmpeg(), "-y", "-v", "error", *source, *options, "-pix_fmt", "yuv420p", path]
    subprocess.run(command, input=np.stack(frames).tobytes(), check=True)
    return path


def write_animation(path, frames, **options):
    """Write grey frames as an animated picture, with Pillow's options."""
    first, *rest = (Image.fromarray(frame) for frame in frames)
    first.save(path, save_all=True, append_images=rest, **options)
    return path
