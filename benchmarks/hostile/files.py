"""Files behind options: targets, starts and the rest, made up, damaged, endless or too large."""

from __future__ import annotations

import io
import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from PIL import Image

from benchmarks.hostile.case import TINY, TINY_SWEEP_OUT, Case, Program, Words

Make = Callable[[Path], None]
_DAMAGED = 24
_GIGA = 10**9


def cases(seed: int) -> Iterator[Case]:
    """Yield files for every option that takes one."""
    yield from _special()
    yield from _arrays()
    yield from _texts()
    yield from _pictures()
    yield from _damaged(seed)


def _special() -> Iterator[Case]:
    """Yield what is no file, for every option that names one."""
    for label, make in _SPECIAL.items():
        for suffix in (".npy", ".csv", ".png", ".mp4", ".toml", ""):
            for program, words in _options_for(suffix):
                yield _case("special files", f"{label}{suffix} {words[-2]}", program, words, make)


def _options_for(suffix: str) -> Iterator[tuple[Program, Words]]:
    name = f"it{suffix}"
    sweep = (*TINY_SWEEP_OUT, "--out", "out")
    if suffix in (".npy", ".csv", ".png", ".mp4"):
        yield "run", (*TINY, "--target-file", name)
        yield "bench", (*sweep, "--targets", name)
    if suffix in (".npy", ".csv"):
        yield "run", (*TINY, "--start", name)
        yield "bench", (*sweep, "--starts", name)
    if suffix == ".toml":
        yield "run", (*TINY, "--config", name)
        yield "bench", (*sweep, "--config", name)
        yield "attribute", (*sweep, "--config", name)
    if not suffix:
        yield "run", ("--quiet", "--resume", name)


def _arrays() -> Iterator[Case]:
    for label, content in _array_files().items():
        for option in ("--target-file", "--start"):
            make = _writer(content)
            yield _case("arrays", f"{label} {option}", "run", (*TINY, option, "it.npy"), make)
    for label, make in _SPARSE.items():
        for option in ("--target-file", "--start"):
            yield _case("arrays", f"{label} {option}", "run", (*TINY, option, "it.npy"), make)
    for label, content in _archives().items():
        words = (*TINY, "--target-file", "it.npz")
        yield _case("archives", label, "run", words, _writer(content))


def _array_files() -> dict[str, bytes]:
    """Return .npy files that are small and say the wrong things."""
    headers = {
        "shape beyond all numbers": _npy("<f8", (2**62, 4)),
        "shape of 3.6 GB": _npy("<f8", (10, 3000, 15000)),
        "shape of 40 dimensions": _npy("<f8", (1,) * 40),
        "negative shape": _npy("<f8", (-1, 4)),
        "no shape": _npy("<f8", ()),
        "empty": _npy("<f8", (0, 4)),
        "shape of words": _header(b"{'descr':'<f8','fortran_order':False,'shape':('a',)}"),
        "objects": _npy("|O", (2, 2)),
        "fields": _header(b"{'descr':[('a','<f8')],'fortran_order':False,'shape':(2,2)}"),
        "text": _npy("<U5", (2, 2)) + bytes(80),
        "complex": _npy("<c16", (2, 2)) + bytes(64),
        "dates": _npy("<M8[s]", (2, 2)) + bytes(32),
        "cut": _npy("<f8", (4, 4)) + bytes(100),
        "too long": _npy("<f8", (4, 4)) + bytes(500),
        "code for a header": _header(b"__import__('os').system('true')"),
        "deep header": _header(b"(" * 9000),
        "header of 1 MB": _header(b" " * 1_000_000, version=2),
        "header longer than the file": b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1),
        "another version": b"\x93NUMPY\x09\x00" + bytes(100),
        "magic alone": b"\x93NUMPY",
        "nothing": b"",
    }
    odd = (np.nan, np.inf, -np.inf, -1.0, 1e308, 1e-320, 0.0)
    values = {f"all {value}": _saved(np.full((4, 4), value)) for value in odd}
    places = {f"places of {value}": _saved(np.full((4, 2), value)) for value in odd}
    return headers | values | places


def _npy(descr: str, shape: tuple[int, ...]) -> bytes:
    return _header(repr({"descr": descr, "fortran_order": False, "shape": shape}).encode())


def _header(text: bytes, version: int = 1) -> bytes:
    size = struct.pack("<H" if version == 1 else "<I", len(text) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + b"\n"


def _saved(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _archives() -> dict[str, bytes]:
    bomb = _zip(
        {"a.npy": _npy("<f8", (250, 1000, 1000)) + bytes(200_000_000)}, zipfile.ZIP_DEFLATED
    )
    return {
        "a bomb": bomb,
        "no member": _zip({}),
        "ten thousand members": _zip({f"{k}.npy": b"" for k in range(10_000)}),
        "a member that climbs out": _zip({"../../a.npy": _saved(np.ones((4, 4)))}),
        "no array": _zip({"a.txt": b"hello"}),
        "objects": _zip({"a.npy": _npy("|O", (2, 2))}),
        "cut": _zip({"a.npy": _saved(np.ones((40, 40)))})[:-30],
        "a directory that lies": _zip({"a.npy": bytes(100)}).replace(
            struct.pack("<I", 100), struct.pack("<I", 2**32 - 2)
        ),
        "not one": b"PK\x03\x04" + bytes(50),
    }


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _texts() -> Iterator[Case]:
    for label, content in _TEXTS.items():
        for option in ("--target-file", "--start"):
            words = (*TINY, option, "it.csv")
            yield _case("tables", f"{label} {option}", "run", words, _writer(content))


_TEXTS = {
    "nothing": b"",
    "words": b"x,y\nhello,world\n",
    "ragged": b"1,2\n1,2,3\n",
    "nan": b"nan,nan\n" * 4,
    "infinite": b"inf,0\n" * 4,
    "bytes": bytes(range(256)),
    "NUL": b"1,2\0\n" * 4,
    "a long line": b"1," * 3_000_000,
    "many lines": b"1,2\n" * 3_000_000,
    "long numbers": b"9" * 500_000 + b",1\n",
    "numbers beyond all": b"1e400,1\n" * 4,
    "quotes": b'"' * 1000,
    "an open quote": b'"1,2\n' + b"3,4\n" * 1000,
    "formulas": b"=1+1,2\n" * 4,
    "UTF-16": "1,2\n3,4\n".encode("utf-16"),
    "outside": b"5,5\n" * 4,
    "on one point": b"0,0\n" * 4,
    "other digits": "٣,٣\n".encode() * 4,
}


def _pictures() -> Iterator[Case]:
    for name, content in _picture_files().items():
        words = (*TINY, "--target-file", name)
        yield _case("pictures", name, "run", words, _writer(content, name))


def _picture_files() -> dict[str, bytes]:
    bitmap = struct.pack("<IHHIIiiHHIIIIII", 54, 0, 0, 54, 40, 60000, 60000, 1, 24, 0, *[0] * 5)
    files = {
        "huge.png": _png(60_000, 60_000),
        "wide.png": _png(2**31 - 1, 1),
        "none.png": _png(0, 0),
        "huge.bmp": b"BM" + bitmap,
        "huge.gif": b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0xF0, 0, 0) + bytes(60),
        "huge.ppm": b"P6 99999999999 99999999999 255\n",
        "huge.pgm": b"P5 60000 60000 255\n",
        "bomb.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "text.png": b"hello",
        "text.jpg": b"<?php system('true'); ?>",
        "text.webp": b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(40),
        "text.tif": b"II*\x00" + struct.pack("<I", 8) + bytes(20),
        "pages.tif": b"II*\x00" + struct.pack("<I", 8) + struct.pack("<HI", 0, 8) * 4,
        "text.mp4": b"hello",
        "empty.mkv": b"",
        "empty.gif": b"",
        "black.png": _encoded(np.zeros((8, 8), np.uint8), "PNG"),
        "one.png": _encoded(np.full((1, 1), 255, np.uint8), "PNG"),
        "line.png": _encoded(np.full((1, 3000), 255, np.uint8), "PNG"),
        "thin.png": _encoded(np.full((3000, 1), 255, np.uint8), "PNG"),
    }
    return files | {f"text{suffix}": b"\x00\x01hello" * 9 for suffix in (".xyz", ".exr", ".hdr")}


def _png(width: int, height: int) -> bytes:
    """Return a picture that is mostly a promise."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def _encoded(pixels: np.ndarray, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


def _damaged(seed: int) -> Iterator[Case]:
    """Yield whole files of every kind with some bytes changed, or their end cut off."""
    rng = np.random.default_rng(seed)
    for name, whole in _whole_files().items():
        option = "--start" if name.startswith("start") else "--target-file"
        for number in range(_DAMAGED):
            content = bytearray(whole)
            places = rng.integers(0, len(whole), 1 + number % 6)
            # The beginning says what the rest is: it is hit as often as all else together.
            places[::2] %= 64
            for place in places:
                content[place] = rng.integers(256)
            if number % 4 == 3:
                content = content[: rng.integers(len(content))]
            words = (*TINY, option, name)
            make = _writer(bytes(content), name)
            yield _case("damaged files", f"{name} {number}", "run", words, make)


def _whole_files() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    shades = rng.integers(0, 256, (24, 24), dtype=np.uint8)
    frames = rng.integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    pictures = [Image.fromarray(frame) for frame in frames]
    more = {"save_all": True, "append_images": pictures[1:], "duration": 100}
    whole = {f"it.{kind}": _encoded(shades, name) for kind, name in _KINDS.items()}
    whole["film.gif"] = _encoded(frames[0], "GIF", **more)
    whole["film.webp"] = _encoded(frames[0], "WEBP", **more)
    whole["film.tif"] = _encoded(frames[0], "TIFF", **more)
    whole["film.mp4"] = iio.imwrite("<bytes>", frames, extension=".mp4", plugin="FFMPEG", fps=5)
    whole["it.npy"] = _saved(shades / 255.0)
    whole["it.npz"] = _zip({"a.npy": _saved(shades / 255.0)})
    whole["it.csv"] = "\n".join(",".join(map(str, row)) for row in shades).encode()
    whole["start.npy"] = _saved(rng.uniform(-0.9, 0.9, (4, 3)))
    whole["start.csv"] = b"0.1,0.2\n-0.3,0.4\n0.5,-0.6\n-0.7,-0.8\n"
    return whole


_KINDS = {"png": "PNG", "jpg": "JPEG", "bmp": "BMP", "tif": "TIFF", "webp": "WEBP", "ppm": "PPM"}


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        # Names of sockets are short: it is made from within.
        before = Path.cwd()
        os.chdir(path.parent)
        end.bind(path.name)
        os.chdir(before)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _sparse(size: int) -> Make:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return make


def _sparse_array(shape: tuple[int, ...]) -> Make:
    def make(path: Path) -> None:
        content = _npy("<f8", shape)
        with path.open("wb") as file:
            file.write(content)
            file.truncate(len(content) + 8 * int(np.prod(shape)))

    return make


_SPECIAL: dict[str, Make] = {
    "a pipe": os.mkfifo,
    "zeros without end": lambda path: path.symlink_to("/dev/zero"),
    "nothing for ever": lambda path: path.symlink_to("/dev/null"),
    "a terminal": lambda path: path.symlink_to("/dev/tty"),
    "standard input": lambda path: path.symlink_to("/dev/stdin"),
    "memory": lambda path: path.symlink_to("/proc/self/mem"),
    "a socket": _socket,
    "a directory": Path.mkdir,
    "a link to itself": _loop,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a hole of 100 GB": _sparse(100 * _GIGA),
}
_SPARSE: dict[str, Make] = {
    "400 MB of nothing": _sparse_array((50, 1000, 1000)),
    "3.6 GB in three dimensions": _sparse_array((45, 1000, 10_000)),
    "4 GB of places": _sparse_array((250_000_000, 2)),
    "one long row": _sparse_array((1, 500_000_000)),
}


def _writer(content: bytes, name: str | None = None) -> Make:
    def make(path: Path) -> None:
        (path if name is None else path.with_name(name)).write_bytes(content)

    return make


def _case(kind: str, label: str, program: Program, words: Words, make: Make) -> Case:
    """Return a case whose last word is the name of the file that ``make`` makes."""

    def prepare(place: Path) -> Words:
        make(place / words[-1])
        return words

    return Case(kind, label, program, prepare)
