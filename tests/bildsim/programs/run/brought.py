"""Small target files of every kind that people bring, each with a dot where the swarm should end.

Those at rest have it in the upper right; films end there, and begin elsewhere.
"""

import os
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from tests.bildsim.targets.files.dots import dot, write_animation, write_video

PLACE = (0.5, 0.4)
BEFORE = ((-0.6, -0.5), (-0.2, 0.5), (-0.6, 0.6), (0.1, -0.6))
DOT = dot(*PLACE)
INK = 255 - DOT
"""Black on white."""
UPWARDS = DOT[::-1].copy()
"""The first row at y = -1."""
FRAMES = [*(dot(*place) for place in BEFORE), DOT]
COLOURS = np.stack([DOT, DOT // 2, DOT // 4], axis=-1)


class Brought(NamedTuple):
    """A kind of file.

    Attributes:
        name: of the file.
        write: called with its path.
        words: options that it is read with.
    """

    name: str
    write: object
    words: tuple[str, ...] = ()


def saved(pixels, mode=None, **options):
    image = Image.fromarray(pixels)
    image = image.convert(mode) if mode else image

    def write(path):
        kind = Image.registered_extensions()[path.suffix.lower()]
        with path.open("wb") as file:
            image.save(file, kind, **options)

    return write


def by_opencv(pixels):
    def write(path):
        path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())

    return write


def array(values, **options):
    def write(path):
        with path.open("wb") as file:
            np.lib.format.write_array(file, values, **options)

    return write


def archive(values, save=np.savez_compressed):
    return lambda path: save(path, values)


def table(values, **options):
    return lambda path: np.savetxt(path, values, delimiter=",", **options)


def turned(pixels, orientation, turns):
    """A photograph as a camera that lies on its side stores it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(np.rot90(pixels, turns).copy(), exif=exif)


def with_transparent_colour(depth):
    """A dot on a ground that is as bright, and that PNG's list of transparent colours takes out."""

    def write(path):
        picture = np.where(DOT > 0, 220, 200).astype(np.uint8)
        image = Image.fromarray(picture if depth == 8 else picture.astype(np.uint16) * 256)
        image.save(path, transparency=200 if depth == 8 else 200 * 256)

    return write


def on_nothing(ink):
    """Ink of a shade where the dot is, and nothing around it."""
    pixels = np.full((128, 128, 4), ink, dtype=np.uint8)
    pixels[..., 3] = DOT
    return pixels


def video(*options, repeated=(1, 1, 1, 1, 1)):
    frames = [frame for frame, count in zip(FRAMES, repeated, strict=True) for _ in range(count)]
    return lambda path: write_video(path, frames, 10, *options)


def animation(frames=FRAMES, **options):
    return lambda path: write_animation(path, frames, **options)


LUMA = np.stack([DOT] * 3, axis=-1)
SIXTEEN = DOT.astype(np.uint16) * 257
DARK = ("--target-dark",)
PICTURE = ("--target-layout", "picture")
SHOWN = ("--target-time", "1")
FILM = (*SHOWN, "--target-layout", "film")
PAUSED = ("-vf", "mpdecimate", "-fps_mode", "vfr", "-bf", "3")

FILES = {
    "grey": Brought("a.png", saved(DOT)),
    "colour": Brought("a.png", saved(COLOURS)),
    "opaque": Brought("a.png", saved(np.dstack([LUMA, np.full_like(DOT, 255)]))),
    "white on nothing": Brought("a.png", saved(on_nothing(255))),
    "grey with alpha": Brought("a.png", saved(on_nothing(255), "LA")),
    "palette": Brought("a.png", saved(COLOURS, "P")),
    "two shades": Brought("a.png", saved(DOT, "1")),
    "16 bits": Brought("a.png", saved(SIXTEEN)),
    "16 bits in colour": Brought("a.png", by_opencv(np.stack([SIXTEEN] * 3, axis=-1))),
    "transparent colour": Brought("a.png", with_transparent_colour(8)),
    "transparent colour, 16 bits": Brought("a.png", with_transparent_colour(16)),
    "large": Brought("a.png", saved(np.kron(DOT, np.ones((12, 12), dtype=np.uint8)))),
    "few pixels": Brought("a.png", saved(dot(*PLACE, side=20))),
    "JPEG": Brought("a.jpg", saved(DOT)),
    "JPEG in colour": Brought("a.jpeg", saved(COLOURS, progressive=True)),
    "JPEG for print": Brought("a.jpg", saved(LUMA, "CMYK")),
    "photograph on its side": Brought("a.jpg", turned(LUMA, 6, 1)),
    "photograph on its other side": Brought("a.jpg", turned(LUMA, 8, -1)),
    "photograph upside down": Brought("a.jpg", turned(LUMA, 3, 2)),
    "bitmap": Brought("a.bmp", saved(COLOURS)),
    "GIF of one frame": Brought("a.gif", saved(DOT)),
    "WebP": Brought("a.webp", saved(COLOURS, lossless=True)),
    "WebP on nothing": Brought("a.webp", saved(on_nothing(255))),
    "TIFF": Brought("a.tif", saved(DOT, compression="tiff_lzw")),
    "TIFF of 16 bits": Brought("a.tiff", saved(SIXTEEN)),
    "TIFF of floats": Brought("a.tif", saved(DOT.astype(np.float32) / 255)),
    "TIFF of floats in colour": Brought("a.tif", by_opencv(LUMA.astype(np.float32) / 255)),
    "portable grey map": Brought("a.pgm", saved(DOT)),
    "black on white": Brought("a.png", saved(INK), DARK),
    "black on nothing": Brought("a.png", saved(on_nothing(0)), DARK),
    "black JPEG": Brought("a.jpg", saved(INK), DARK),
    "black GIF": Brought("a.gif", saved(INK, "P"), DARK),
    "array": Brought("a.npy", array(UPWARDS.astype(np.float64))),
    "array, column by column": Brought("a.npy", array(np.asfortranarray(UPWARDS / 255))),
    "array, big-endian": Brought("a.npy", array(UPWARDS.astype(">f4"))),
    "array of halves": Brought("a.npy", array((UPWARDS / 255).astype(np.float16))),
    "array of truths": Brought("a.npy", array(UPWARDS > 0)),
    "array of whole numbers": Brought("a.npy", array(UPWARDS.astype(np.int64))),
    "array, format 3": Brought("a.npy", array(UPWARDS, version=(3, 0))),
    "array as a picture": Brought("a.npy", array(DOT), PICTURE),
    "array as a dark picture": Brought("a.npy", array(INK), (*PICTURE, *DARK)),
    "array in colour": Brought("a.npy", array(COLOURS), PICTURE),
    "array with alpha": Brought("a.npy", array(on_nothing(255)), PICTURE),
    "array, colours first": Brought("a.npy", array(np.moveaxis(COLOURS, -1, 0).copy()), PICTURE),
    "archive": Brought("a.npz", archive(UPWARDS)),
    "archive as a picture": Brought("a.npz", archive(COLOURS, np.savez), PICTURE),
    "table": Brought("a.csv", table(UPWARDS, fmt="%d")),
    "table as a picture": Brought("a.csv", table(DOT, fmt="%.1f", newline="\r\n"), PICTURE),
    "array of frames": Brought("a.npy", array(np.array(FRAMES)[:, ::-1].copy()), SHOWN),
    "archive of frames": Brought("a.npz", archive(np.array(FRAMES)[:, ::-1]), SHOWN),
    "array of three frames": Brought("a.npy", array(np.array(FRAMES[2:])[:, ::-1].copy()), FILM),
    "video": Brought("a.mp4", video(), SHOWN),
    "video, Matroska": Brought("a.mkv", video(), SHOWN),
    "video, QuickTime": Brought("a.mov", video(), SHOWN),
    "video, WebM": Brought("a.webm", video("-c:v", "libvpx-vp9"), SHOWN),
    "video, AVI": Brought("a.avi", video("-c:v", "mjpeg"), SHOWN),
    "video of an iPhone": Brought("a.m4v", video(), SHOWN),
    "video with a pause": Brought("a.mp4", video(*PAUSED, repeated=(3, 2, 2, 40, 9)), SHOWN),
    "video with a pause, Matroska": Brought(
        "a.mkv", video(*PAUSED, repeated=(3, 2, 2, 40, 9)), SHOWN
    ),
    "animated GIF": Brought("a.gif", animation(duration=[50, 400, 20, 100, 100]), SHOWN),
    "animated GIF, dark": Brought("a.gif", animation([255 - f for f in FRAMES]), (*DARK, *SHOWN)),
    "animated WebP": Brought("a.webp", animation(duration=100, lossless=True), SHOWN),
    "animated PNG": Brought("a.png", animation(duration=[50, 90, 200, 30, 60]), SHOWN),
    "animated PNG by its own name": Brought("a.apng", animation(duration=80), SHOWN),
    "TIFF of pages": Brought("a.tif", animation(), SHOWN),
    "first frame of a GIF": Brought("a.gif", animation(FRAMES[::-1], duration=50), PICTURE),
    "capitals": Brought("PHOTO.JPG", saved(DOT)),
    "name of all scripts": Brought("Šipka 方向 النقطة 🤖.png", saved(DOT)),
    "name like an option": Brought("--out.png", saved(DOT)),
    "name with signs": Brought("it's [a] {0} $x$ 100%.gif", saved(DOT)),
    "name of 230 characters": Brought("n" * 230 + ".webp", saved(DOT)),
    "name that is not UTF-8": Brought(os.fsdecode(b"caf\xe9.png"), saved(DOT)),
    "video of a name with signs": Brought("-i %03d 'a' [b].mp4", video(), SHOWN),
}
"""Files by what they are."""
