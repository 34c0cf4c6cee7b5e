"""Which words may follow which on the command line of ``bildsim``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from bildsim.assets import asset_folder
from bildsim.basics.reading.description import preset_names
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.controllers.safety.registry import SAFETY_NAMES
from bildsim.envs.dynamics import DYNAMICS_NAMES
from bildsim.envs.localisation.errors import PRESETS as LOCALISATION_NAMES
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.network.radio.presets import RADIO_NAMES
from bildsim.network.spec import KINDS
from bildsim.programs import warm_up
from bildsim.programs.attribute.config import AttributeConfig
from bildsim.programs.config.options import Option, options, plain
from bildsim.programs.reproduce.config import TWO_HILLS
from bildsim.programs.reproduce.config import Options as Reproduction
from bildsim.programs.sweep.config import MACRO_PRESETS, BenchConfig
from bildsim.programs.sweep.variables import CONDITIONS
from bildsim.simulation.config import RunConfig
from bildsim.targets.moving_target import MOVING_NAMES
from bildsim.targets.target import TARGET_NAMES

Kind = Literal[
    "flag", "value", "words", "list", "words-or-file", "list-or-files", "file", "directory"
]
SHELLS = ("bash", "zsh", "fish")
_TEXT_LENGTH = 72


@dataclass(frozen=True)
class Entry:
    """An option of a program.

    Attributes:
        option: as it is typed; without hyphens in front it is a word that stands by itself, and
            empty for a ``file`` that does.
        text: what it sets, in a few words; of several lines or clauses the first.
        kind: what follows: nothing (``flag``), one of ``words``, several of them with commas
            between (``list``), a ``file``, a ``directory``, or what nobody can guess (``value``);
            ``words-or-file`` and ``list-or-files`` take files among the words.
        words: what may follow.
    """

    option: str
    text: str
    kind: Kind = "value"
    words: tuple[str, ...] = ()


_ROBOTS = tuple(preset_names(asset_folder("robots")))
_TARGETS = (*TARGET_NAMES, *MOVING_NAMES)
_WORDS: Mapping[str, tuple[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        "planner": ("words", PLANNER_NAMES),
        "planners": ("list", PLANNER_NAMES),
        "target": ("words", _TARGETS),
        "targets": ("list-or-files", _TARGETS),
        "robot": ("words-or-file", _ROBOTS),
        "start": ("words-or-file", START_NAMES),
        "starts": ("list-or-files", START_NAMES),
        "radio": ("words-or-file", RADIO_NAMES),
        "localisation": ("words-or-file", LOCALISATION_NAMES),
        "dynamics": ("words", DYNAMICS_NAMES),
        "safety": ("words", SAFETY_NAMES),
        "network": ("words", tuple(kind.example for kind in KINDS.values())),
        "sweep": ("words", tuple(CONDITIONS)),
        "out": ("directory", ()),
    }
)
"""What may follow options whose type does not say it, by field."""
_OF_REPRODUCTION: Mapping[str, tuple[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        "target": ("words", (TWO_HILLS, *TARGET_NAMES)),
        "network": (
            "words",
            tuple(kind.example for kind in KINDS.values() if not kind.geometric),
        ),
    }
)
_HELP = Entry("--help", "show the options and end", "flag")
_PRESETS = (
    Entry("--config", "TOML file with settings", "file"),
    Entry("--preset", "settings of BILD-MACRO to start from", "words", tuple(MACRO_PRESETS)),
)


def _entries(
    settings: Any,
    *,
    presets: bool = False,
    own: Mapping[str, tuple[Kind, tuple[str, ...]]] = MappingProxyType({}),
) -> tuple[Entry, ...]:
    found = [entry for option in options(settings) for entry in _of(option, {**_WORDS, **own})]
    return (_HELP, *(_PRESETS if presets else ()), *found)


def _of(option: Option, words: Mapping[str, tuple[Kind, tuple[str, ...]]]) -> Iterator[Entry]:
    name, text = option.name.replace("_", "-"), _short(option.text)
    if option.is_flag:
        yield Entry(f"--{name}", text, "flag")
        yield Entry(f"--no-{name}", f"not: {text}", "flag")
    elif option.name in words:
        kind, allowed = words[option.name]
        yield Entry(f"--{name}", text, kind, allowed)
    elif option.choices:
        yield Entry(f"--{name}", text, "words", tuple(map(str, option.choices)))
    else:
        yield Entry(f"--{name}", text, "file" if plain(option.hint) is Path else "value")


def _short(text: str) -> str:
    """Return the beginning of a help text, as far as it makes sense and fits beside an option."""
    clause = re.split(r"[:;.](?= |$)|, such as | \(", text)[0].replace("`", "")
    if len(clause) <= _TEXT_LENGTH:
        return clause
    return f"{clause[:_TEXT_LENGTH].rpartition(' ')[0]} …"


VOCABULARY: Mapping[str, Sequence[Entry]] = MappingProxyType(
    {
        "run": _entries(RunConfig(), presets=True),
        "bench": _entries(BenchConfig(), presets=True),
        "attribute": _entries(AttributeConfig(), presets=True),
        "reproduce": _entries(Reproduction(), own=_OF_REPRODUCTION),
        "robots": (_HELP, *(Entry(name, "a robot", "flag") for name in _ROBOTS)),
        "live": (_HELP, Entry("", "a recording of a run", "file")),
        "warm-up": _entries(warm_up.Options()),
        "completion": (_HELP, *(Entry(shell, f"for {shell}", "flag") for shell in SHELLS)),
    }
)
"""The options of each program, by the word that calls it."""
