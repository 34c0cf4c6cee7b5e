"""What ``python -m bildsim.attribute`` is asked to do: its fields are the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import tyro

from bildsim.programs.config.command_line import parse_options, with_file_and_preset
from bildsim.programs.sweep.config import BenchConfig, OptionalSweep
from bildsim.simulation.config import OptionalPath

PROGRAM = "bildsim.attribute"


@dataclass(frozen=True)
class AttributeConfig(BenchConfig):
    """Trials whose gap from ideal motion and knowledge is to be explained."""

    planners: str = "bild-macro"
    targets: str = "gmm3"
    starts: str = "uniform,corner"
    seeds: str = "0:5"
    sweep: tyro.conf.Suppress[OptionalSweep] = None


@dataclass(frozen=True)
class _Arguments:
    """Say what a density loses to top speed, wheels, contacts and estimation.

    Every trial is run from ideal motion and knowledge on with one more obstacle at a time.

    Attributes:
        trials: what is to be explained.
        config: TOML file with any of these settings; options win.
        preset: settings of BILD-MACRO to start from: default, paper or wasserstein.
    """

    trials: Annotated[AttributeConfig, tyro.conf.arg(name="")] = field(
        default_factory=AttributeConfig
    )
    config: OptionalPath = None
    preset: Literal["default", "paper", "wasserstein"] | None = None


def parse_attribution(arguments: Sequence[str]) -> AttributeConfig:
    """Return what the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    base = with_file_and_preset(AttributeConfig(), arguments)
    return parse_options(f"python -m {PROGRAM}", _Arguments(trials=base), arguments).trials
