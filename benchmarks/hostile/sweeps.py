"""Directories of results, and places for new ones, that are not what they should be."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.hostile.case import TINY, TINY_SWEEP_OUT, Case, Program, Words
from bildsim.programs.bench.main import main

_JSON: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"version": 1, "final": {',
    "a number": b"3",
    "a list": b"[]",
    "keys missing": b"{}",
    "100,000 brackets": b"[" * 100_000,
    "a long number": b"9" * 100_000,
    "bytes": bytes(range(256)),
    "a hundred MB": b" " * 100_000_000,
}
_OUT = (*TINY_SWEEP_OUT, "--metrics-period", "0.1", "--out", "out")


def cases() -> Iterator[Case]:
    """Yield spoilt directories of a sweep, and odd places for results and videos."""
    with tempfile.TemporaryDirectory() as folder:
        done = Path(folder) / "out"
        before = os.getcwd()
        os.chdir(folder)
        main(_OUT)
        os.chdir(before)
        yield from _spoilt(done)
    yield from _places()


def _spoilt(done: Path) -> Iterator[Case]:
    for name in ("bench.json", "config.toml", "trials", "floors"):
        for label, content in _JSON.items():
            prepare = _prepared(done, _overwriting(name, content))
            yield Case("results", f"{name}: {label}", "bench", prepare)
    for number, (words, refused) in enumerate(_OTHER_COMMANDS):
        prepare = _prepared(done, lambda _: None, words)
        yield Case("results", f"another command {number}", "bench", prepare, refused)
    prepare = _prepared(done, lambda _: None)
    yield Case("results", "of another program", "attribute", prepare, refused=True)
    for key in ("final", "series", "positions", "wall", "status", "reason", "configuration"):
        for value in _ODD:
            prepare = _prepared(done, _with_key(key, value))
            yield Case("results", f"{key} is {json.dumps(value)}", "bench", prepare)


_ODD: tuple[Any, ...] = (None, [], {}, "x", -1, {"a": {"b": 1}})
_OTHER_COMMANDS: tuple[tuple[Words, bool], ...] = (
    (("--seeds", "1"), True),
    (("--duration", "0.4"), True),
    (("--sweep", "robots=3,4"), True),
    (("--planners", "cvt"), True),
    (("--targets", "ring"), True),
    (("--robots", "5"), True),
    (("--seeds", "0,1"), False),
    ((), False),
)


def _overwriting(name: str, content: bytes) -> Callable[[Path], None]:
    def change(out: Path) -> None:
        path = out / name
        for file in path.glob("*.json") if path.is_dir() else (path,):
            file.write_bytes(content)

    return change


def _with_key(key: str, value: object) -> Callable[[Path], None]:
    """Return a change of a trial's file that leaves it without a checksum."""

    def change(out: Path) -> None:
        for file in (out / "trials").glob("*.json"):
            said = json.loads(file.read_text())
            said.pop("sha256")
            file.write_text(json.dumps({**said, key: value}))

    return change


def _prepared(
    done: Path, change: Callable[[Path], None], more: Words = ()
) -> Callable[[Path], Words]:
    # Now, for the directory is gone when the case comes to be tried.
    kept = tempfile.mkdtemp()
    copy = Path(shutil.copytree(done, Path(kept) / "out"))

    def prepare(place: Path) -> Words:
        shutil.move(copy, place / "out")
        os.rmdir(kept)
        change(place / "out")
        return (*_OUT, *more)

    return prepare


def _places() -> Iterator[Case]:
    """Yield names under which nothing can be written, or something is already."""
    programs: tuple[tuple[Program, Words], ...] = (("run", TINY), ("bench", TINY_SWEEP_OUT))
    for program, base in programs:
        for label, name in _NAMES.items():
            words = (*base, "--out", name)
            yield Case("places", f"{program} --out {label}", program, _place(words), refused=True)
    for label, name in _NAMES.items():
        for suffix in ("", ".mp4"):
            words = (*TINY, "--video", name + suffix)
            yield Case("places", f"--video {label}{suffix}", "run", _place(words))


_NAMES = {
    "a file": "file",
    "within a file": "file/x",
    "within nothing": "no/where",
    "a full directory": "full",
    "the device": "/dev/null",
    "the processes": "/proc/x",
    "a dangling link": "dangling",
    "300 letters": "x" * 300,
    "300 folders": "d/" * 300 + "x",
    "NUL": "a\\0b/c",
}


def _place(words: Words) -> Callable[[Path], Words]:
    def prepare(place: Path) -> Words:
        for name in ("file", "file.mp4"):
            (place / name).write_text("mine")
        (place / "full").mkdir()
        (place / "full" / "notes").write_text("mine")
        for name in ("dangling", "dangling.mp4"):
            (place / name).symlink_to("nowhere")
        return words

    return prepare
