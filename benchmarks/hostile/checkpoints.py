"""Checkpoints that somebody made: headers, contents and bytes that no run has written."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from benchmarks.hostile.case import Case, Words
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.run.main import main

_RANDOM = 150
_LINE = (
    *("--robots", "6", "--rounds", "2", "--network", "knn:3", "--seed", "3", "--quiet"),
    *("--duration", "1.2", "--checkpoint", "0.5"),
)
_RUNS: Mapping[str, tuple[str, ...]] = {
    "kinematic": ("--dynamics", "kinematic", "--start", "corner", "--radius", "0.05"),
    "ideal": ("--dynamics", "ideal", "--loss", "0.1", "--link-delay", "2"),
    "disturbed": (
        *("--dynamics", "kinematic", "--command-delay", "0.1", "--position-noise", "0.01"),
        *("--dead", "0.2@0.3", "--consensus", "push-sum", "--loss", "0.1"),
    ),
}
_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**63, 1e308, -0.5, "", "x", "\x00", "../../x.mp4", [], [0], {}, {"a": 1}),
    *("bildsim.network.traffic:Traffic", [2**40], [[[]]], "9" * 400),
)
_HEADER = ("program", "tick", "checkpoint_s", "configuration", "video", "contents", "versions")
Header: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, Any]


def cases(seed: int) -> Iterator[Case]:
    """Yield them, of runs of every kind that are stopped once, here."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        for name, words in _RUNS.items():
            run = _stopped(Path(folder) / name, words)
            found = checkpoint_file.read(_newest(run))
            yield from _headers(name, run, dict(found.header), found.state)
            line, _, rest = found.state.partition(b"\n")
            yield from _contents(name, run, dict(found.header), json.loads(line), rest, rng)
            yield from _bytes(name, run, rng)


def _stopped(out: Path, words: tuple[str, ...]) -> Path:
    """Return the results of a run that was stopped after its first checkpoint."""
    original: Any = Recorder.tick

    def tick(self: Recorder, time_s: float, *rest: Any) -> None:
        original(self, time_s, *rest)
        if time_s > 0.85:
            raise KeyboardInterrupt

    try:
        setattr(Recorder, "tick", tick)  # noqa: B010  (a method may not be assigned to)
        main([*_LINE, *words, "--out", str(out)])
    finally:
        setattr(Recorder, "tick", original)  # noqa: B010
    return out


def _newest(run: Path) -> Path:
    return max(run.glob("checkpoint-*s"))


def _headers(name: str, run: Path, header: Header, state: bytes) -> Iterator[Case]:
    for key in _HEADER:
        for number, value in enumerate(_VALUES):
            changed = {**header, key: value}
            yield _case("checkpoint headers", f"{name} {key} {number}", run, changed, state)
        without = {other: value for other, value in header.items() if other != key}
        yield _case("checkpoint headers", f"{name} without {key}", run, without, state)
    for number, value in enumerate(_VALUES):
        yield _case("checkpoint headers", f"{name} {number} for all", run, value, state)
    for planner in ("os:system", "bildsim.controllers.baselines.reference.static:Static"):
        text = header["configuration"].replace('planner = "bild-macro"', f'planner = "{planner}"')
        changed = {**header, "configuration": text}
        label = f"{name} planner {planner}"
        yield _case("checkpoint headers", label, run, changed, state, refused=True)


def _contents(
    name: str, run: Path, header: Header, table: Table, rest: bytes, rng: np.random.Generator
) -> Iterator[Case]:
    """Yield states in which an array is shorter, or holds other numbers, or a node says others."""
    for node, one in enumerate(table["nodes"]):
        if one[0] == "array" and one[3] and one[3][0] > 1:
            state = _less(table, rest, node)
            yield _case("checkpoint states", f"{name} a row less {node}", run, header, state)
            state = _wild(table, rest, node)
            yield _case("checkpoint states", f"{name} wild numbers {node}", run, header, state)
    for number in range(_RANDOM):
        nodes = [list(one) for one in table["nodes"]]
        node = int(rng.integers(len(nodes)))
        place = int(rng.integers(len(nodes[node])))
        choices = (*_VALUES, [int(rng.integers(len(nodes)))])
        nodes[node][place] = choices[rng.integers(len(choices))]
        state = _state({**table, "nodes": nodes}, rest)
        label = f"{name} node {node} {place} ({number})"
        yield _case("checkpoint states", label, run, header, state)
    for kind in ("pickle", "call", "record"):
        nodes = [*table["nodes"], [kind, 0]]
        state = _state({**table, "nodes": nodes, "root": [len(nodes) - 1]}, rest)
        yield _case("checkpoint states", f"{name} {kind}", run, header, state, refused=True)


def _less(table: Table, rest: bytes, node: int) -> bytes:
    """Return a state in which one array has a row less."""
    nodes = [list(one) for one in table["nodes"]]
    buffers = list(table["buffers"])
    number, shape = nodes[node][1], nodes[node][3]
    begin, size = sum(buffers[:number]), buffers[number]
    buffers[number] = size - size // shape[0]
    nodes[node][3] = [shape[0] - 1, *shape[1:]]
    kept = rest[: begin + buffers[number]] + rest[begin + size :]
    return _state({**table, "nodes": nodes, "buffers": buffers}, kept)


def _wild(table: Table, rest: bytes, node: int) -> bytes:
    """Return a state in which all numbers of one array are the largest of their bytes."""
    number = table["nodes"][node][1]
    begin, size = sum(table["buffers"][:number]), table["buffers"][number]
    return _state(table, rest[:begin] + b"\x7f" * size + rest[begin + size :])


def _state(table: Table, rest: bytes) -> bytes:
    return json.dumps(table).encode("utf-8", "surrogatepass") + b"\n" + rest


def _bytes(name: str, run: Path, rng: np.random.Generator) -> Iterator[Case]:
    """Yield files that are cut or have other bytes, so that their checksum is wrong."""
    whole = _newest(run).read_bytes()
    end_of_line = whole.index(b"\n")
    for number in range(40):
        content = bytearray(whole)
        # Not in the seal: a file with another one is whole, and somebody else's.
        place = int(rng.integers(end_of_line, len(whole)))
        content[place] ^= 1 << int(rng.integers(8))
        kept = bytes(content[:place]) if number % 3 == 0 else bytes(content)
        prepare = _prepared(run, lambda path, kept=kept: path.write_bytes(kept))  # type: ignore[misc]
        yield Case("checkpoint bytes", f"{name} {number} at {place}", "run", prepare, refused=True)


def _case(
    kind: str, label: str, run: Path, header: Any, state: bytes, *, refused: bool = False
) -> Case:
    prepare = _prepared(run, lambda path: checkpoint_file.write(path, header, state))
    return Case(kind, label, "run", prepare, refused)


def _prepared(run: Path, write: Callable[[Path], object]) -> Callable[[Path], Words]:
    """Return what copies the results of a run and puts another checkpoint in place of its own."""

    def prepare(place: Path) -> Words:
        shutil.copytree(run, place / "out")
        write(_newest(place / "out"))
        return ("--resume", "out", "--quiet")

    return prepare
