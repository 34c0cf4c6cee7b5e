"""What ``python -m bildsim.attribute`` is asked to do: its fields are the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bildsim.programs.sweep.config import ComparisonConfig, parse_comparison

PROGRAM = "bildsim.attribute"
SUMMARY = (
    "Say what a density loses to top speed, wheels, contacts and estimation: every trial is run "
    "from ideal motion and knowledge on with one more obstacle at a time."
)


@dataclass(frozen=True)
class AttributeConfig(ComparisonConfig):
    """Trials whose gap from ideal motion and knowledge is to be explained."""

    planners: str = "bild-macro"
    targets: str = "gmm3"


def parse_attribution(arguments: Sequence[str]) -> AttributeConfig:
    """Return what the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    return parse_comparison(PROGRAM, SUMMARY, AttributeConfig(), arguments)
