"""Options with values that no one should give them, for every program and each of its options."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.hostile.case import TINY, TINY_SWEEP_OUT, Case, Program, words_of
from bildsim.programs.attribute.config import AttributeConfig
from bildsim.programs.config.options import options, plain
from bildsim.programs.reproduce.config import Options as ReproduceOptions
from bildsim.programs.sweep.config import BenchConfig
from bildsim.simulation.config import RunConfig

_NUMBERS = (
    *("nan", "inf", "-inf", "-1", "1e400", "-1e300", "1e-320", "0x10", "1_0", "1,5", "٣", "--"),
    *("", " ", "None", "true", "1000000000", "9" * 5000, "1e", "3.0000000000000000001"),
)
_WORDS = (
    *("", " ", "\x1b[31m", "a\nb", "../..", "x" * 5000, "None", "%s%n", "{0}{planner}", "é\udc80"),
    *("os:system", "math:tau", "..:x", ":", "a:b:c", "gmm3,", ",", "0:", "1:0", "0:100000000"),
)
_PROGRAMS: tuple[tuple[Program, object, tuple[str, ...]], ...] = (
    ("run", RunConfig(), TINY),
    ("bench", BenchConfig(), (*TINY_SWEEP_OUT, "--out", "out")),
    ("attribute", AttributeConfig(), (*TINY_SWEEP_OUT, "--out", "out")),
    ("reproduce", ReproduceOptions(), ("--out", "out", "--robots", "3", "--rounds", "5")),
)
# What these name is made or read: `files` and `places` try them.
_NAMES_OF_FILES = {"out", "video", "target_file", "config", "resume"}
_FLAGS = ("yes", "--", "=", "0")


def cases() -> Iterator[Case]:
    """Yield every option of every program with every value of its kind."""
    for program, settings, base in _PROGRAMS:
        for option in options(settings):
            if option.name in _NAMES_OF_FILES:
                continue
            name = "--" + option.name.replace("_", "-")
            # A sweep's own settings are those of a run, tried there with all values.
            values = _values(option.hint)[:: 1 if program in ("run", "reproduce") else 5]
            for value in values:
                line = words_of(*base, f"{name}={value}")
                yield Case(f"options of {program}", f"{name} {value[:20]!r}", program, line)
        for line_words in (("--nonsense",), ("--",), ("stray",), ("-x",), ("--=",), ("--config",)):
            line = words_of(*base, *line_words)
            yield Case(f"options of {program}", " ".join(line_words), program, line, refused=True)


def _values(hint: object) -> tuple[str, ...]:
    kind = plain(hint)
    if kind is bool:
        return _FLAGS
    return _NUMBERS if kind in (int, float) else _WORDS
