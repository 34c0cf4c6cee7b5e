"""The programs of the command ``bildsim``, none of which is imported here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Door(NamedTuple):
    """A program of the command.

    Attributes:
        module: has its ``main``; imported only when it is called.
        text: what it does, in a line.
    """

    module: str
    text: str


DOORS: Mapping[str, Door] = MappingProxyType(
    {
        "run": Door("bildsim.run", "simulate a swarm that shapes a density, with a video"),
        "bench": Door("bildsim.bench", "compare planners on the same starts, seeds and physics"),
        "attribute": Door("bildsim.attribute", "what each step from ideal to real robots costs"),
        "reproduce": Door("bildsim.reproduce", "section V of the BILD-MACRO paper, in open loop"),
        "robots": Door("bildsim.robots", "list the robots by name, with sources of their figures"),
        "live": Door("bildsim.live", "open a recording of a run in Rerun's viewer"),
        "warm-up": Door("bildsim.warm_up", "compile all that a run may need ahead of the first"),
        "completion": Door(
            "bildsim.programs.completion.main", "print a script that completes words in a shell"
        ),
    }
)
"""The programs by the word after ``bildsim``."""
