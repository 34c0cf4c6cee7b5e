"""What ``python -m bildsim.reproduce`` is asked to do: its fields are the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.controllers.bild_macro.settings import FIXED, PAPER
from bildsim.programs.config.command_line import parse
from bildsim.programs.output.json_values import plain
from bildsim.simulation.config import OptionalPath
from bildsim.targets.target import TARGET_NAMES, Target, named_target, target_from_function

SETTINGS = {"paper": PAPER, "ours": FIXED}
TWO_HILLS = "two-hills"
SUMMARY = (
    "Section V of arXiv 2604.11712: point robots in open loop, its figures and one on stability. "
    "The paper names neither the number of robots nor its target: 100 and two-hills are our "
    "choice. A run that was stopped goes on where it was when it is started again with the same "
    "options."
)
MOST_ROBOTS, MOST_ROUNDS = 2000, 10_000_000


@dataclass(frozen=True)
class Options:
    """What is run.

    Attributes:
        out: directory for figures (PNG, PDF), tables (CSV) and summary.json; needed.
        robots: number of robots.
        rounds: communication rounds, each with one move of every robot.
        target: two-hills (Gaussians of sd 0.25 m at (-0.45, -0.45) and (0.45, 0.45) m) or a named
            target density: uniform, gmm3, gmm4, ring, banana, letter_E, expfam.
        network: er:PROBABILITY, regular:DEGREE, ring or complete; it does not change in a run.
        seed: seed of start, network and the target expfam.
        settings: whose constants of the algorithm: paper, ours or both.
        quiet: print nothing but errors.
    """

    out: OptionalPath = None
    robots: int = 100
    rounds: int = 100_000
    target: str = TWO_HILLS
    network: str = "er:0.5"
    seed: int = 0
    settings: Literal["paper", "ours", "both"] = "both"
    quiet: bool = False

    def __post_init__(self) -> None:
        _require_whole("robots", self.robots, 1, MOST_ROBOTS)
        _require_whole("rounds", self.rounds, 1, MOST_ROUNDS)
        if self.seed < 0:
            raise UsageError("{seed} is not possible: it must be 0 or more", seed=self.seed)

    @property
    def names(self) -> tuple[str, ...]:
        """Whose constants are run."""
        return tuple(SETTINGS) if self.settings == "both" else (self.settings,)

    @property
    def determining(self) -> dict[str, object]:
        """What determines the results, in words and numbers that JSON knows."""
        values: dict[str, object] = asdict(self)
        del values["out"], values["quiet"]
        constants = {name: asdict(SETTINGS[name]) for name in self.names}
        return values | {"constants": plain(constants)}


def parse_reproduction(arguments: Sequence[str]) -> Options:
    """Return what the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    return parse("bildsim.reproduce", SUMMARY, Options(), arguments)


def _require_whole(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        sentence = f"{{{name}}} is not possible: allowed is {least} to {most}"
        raise UsageError(sentence, **{name: value})


def chosen_target(name: str, seed: int) -> Target:
    """Return the target of that name.

    Raises:
        UsageError: no target has that name.
    """
    if name.casefold() == TWO_HILLS:
        return target_from_function(_two_hills, TWO_HILLS)
    if name.casefold() not in map(str.casefold, TARGET_NAMES):
        raise unknown_name("target", name, (TWO_HILLS, *TARGET_NAMES))
    return named_target(name, seed)


def _two_hills(points: Floats) -> Floats:
    squared = [np.sum((points - c) ** 2, axis=-1) for c in (-0.45, 0.45)]
    return np.asarray(np.sum(np.exp(-0.5 * np.array(squared) / 0.25**2), axis=0))
