"""Configurations in TOML: keys of other types, of no meaning, too deep, too long, or no TOML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.hostile.case import TINY, TINY_SWEEP_OUT, Case, Program, Words
from bildsim.programs.config.options import options
from bildsim.programs.sweep.config import BenchConfig
from bildsim.simulation.config import RunConfig

_VALUES = (
    *("-1", "1e400", "nan", "-inf", "9" * 5000, "true", '""', '"x"', "[]", "[[]]", "{}", "{a = 1}"),
    *("1979-05-27", "07:32:00", "0x7fffffffffffffff", "-9223372036854775809", '"\\u0000"'),
)
_WHOLE: dict[str, bytes] = {
    "nothing": b"",
    "no TOML": b"= = =",
    "half a string": b'target = "ring',
    "bytes": bytes(range(256)),
    "a byte-order mark": b"\xef\xbb\xbfseed = 1",
    "UTF-16": "seed = 1".encode("utf-16"),
    "NUL": b"seed = 1\0",
    "arrays 20,000 deep": b"seed = " + b"[" * 20_000,
    "tables 20,000 deep": b"seed = " + b"{a=" * 20_000,
    "a key of 20,000 parts": b"a" + b".a" * 20_000 + b" = 1",
    "a long key": b"a" * 900_000 + b" = 1",
    "a long number": b"seed = " + b"1" * 900_000,
    "a key twice": b"seed = 1\nseed = 2",
    "a table twice": b"[swarm]\n[swarm]",
    "a table for a key": b"[seed]\nx = 1",
    "a key for a table": b"swarm = 3",
    "an array of tables": b"[[swarm]]\nrobots = 3",
    "unknown keys": b"wonder = 3",
    "unknown tables": b"[wonder]\nx = 3",
    "keys of the program's own": b"__class__ = 3",
    "2 MB": b"# " + b"x" * 2_000_000,
    "many keys": b"".join(b"k%d = 1\n" % k for k in range(60_000)),
    "places": b'[output]\nout = "elsewhere"',
}


def cases() -> Iterator[Case]:
    """Yield whole files, and every key with every value."""
    programs: tuple[tuple[Program, object, Words], ...] = (
        ("run", RunConfig(), TINY),
        ("bench", BenchConfig(), (*TINY_SWEEP_OUT, "--out", "out")),
    )
    for program, settings, base in programs:
        for label, content in _WHOLE.items():
            yield _case(program, label, content, base)
        step = 1 if program == "run" else 7
        for option in options(settings):
            *table, name = option.path
            head = f"[{'.'.join(table)}]\n" if table else ""
            for value in _VALUES[::step]:
                text = f"{head}{name} = {value}\n"
                yield _case(program, f"{name} = {value[:20]}", text.encode(), base)


def _case(program: Program, label: str, content: bytes, base: Words) -> Case:
    return Case(f"configurations of {program}", label, program, _written(content, base))


def _written(content: bytes, base: Words) -> Callable[[Path], Words]:
    def prepare(place: Path) -> Words:
        (place / "c.toml").write_bytes(content)
        return ("--config", "c.toml", *base)

    return prepare
