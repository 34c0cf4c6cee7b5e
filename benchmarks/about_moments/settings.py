"""What the benchmark of the planners of moments compares, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

CELLS, DESCENT, LLOYD, MACRO = "moment-cells", "moment-descent", "ot_lloyd", "bild-macro"
LAST_S = 10.0
"""Over how long the mean speed at the end is taken (s)."""
Part = Literal[
    "eigenvalues", "targets", "ablations", "links", "rounds", "unseen", "numbers", "claims"
]
Things = Mapping[str, Mapping[str, Any]]

ABLATIONS: Things = {
    "moment-cells": {"planner": CELLS},
    "long range only": {"planner": CELLS, "planner_option": "spreading=0"},
    "cells only": {"planner": CELLS, "planner_option": "gain=0"},
    "Metropolis tracking": {"planner": CELLS, "planner_option": "consensus=metropolis"},
    "ADMM, a message a neighbour": {"planner": CELLS, "planner_option": "consensus=admm"},
    "no leak": {"planner": CELLS, "planner_option": "leak=0"},
    "leak 0.001": {"planner": CELLS, "planner_option": "leak=0.001"},
    "sensing range 0.35 m": {"planner": CELLS, "planner_option": "sensing_range=0.35"},
    "leak 0.01": {"planner": CELLS, "planner_option": "leak=0.01"},
    "moments of p* alone": {"planner": CELLS, "planner_option": "moment_share=1"},
    "moments of the fit alone": {"planner": CELLS, "planner_option": "moment_share=0"},
}
UNDISTURBED = "undisturbed"
LINKS: Things = {
    UNDISTURBED: {},
    "30 % of messages lost": {"loss": 0.3},
    "20 % dead at 30 s": {"dead": "0.2@30"},
    "cut in two from 20 to 25 s": {"outage": "20:25"},
    "3 rounds late": {"link_delay": 3},
    "10 rounds late": {"link_delay": 10},
    "8 bits a number": {"message_bits": 8},
    "1 round a tick": {"rounds": 1},
}
ROUNDS: Things = {
    CELLS: {"planner": CELLS},
    DESCENT: {"planner": DESCENT},
    MACRO: {"planner": MACRO},
    "bild-macro, ADMM": {"planner": MACRO, "consensus": "admm"},
    "bild-macro, paper": {"planner": MACRO, "preset": "paper"},
}


@dataclass(frozen=True)
class Options:
    """What to run.

    Attributes:
        part: which table.
        planners: of the part targets.
        targets: named targets.
        starts: where robots start.
        seeds: how many seeds, from 0 on.
        robots: number of robots.
        duration: simulated time (s).
        dynamics: ideal, kinematic or bullet.
        network: who hears whom; a disk moves with the robots.
        numbers: numbers of robots of the part of that name.
        sensing_range: of moment-cells in the part unseen (m); its own unless given.
        random_seed: draws the random targets of the part unseen.
        random_targets: how many there are.
        results: tables that ``python -m bildsim.bench`` left, of the part claims.
        jobs: processes.
    """

    part: Part = "targets"
    planners: tuple[str, ...] = (
        CELLS,
        DESCENT,
        MACRO,
        LLOYD,
        "laguerre",
        "kde_flow",
        "ergodic",
    )
    targets: tuple[str, ...] = ("uniform", "gmm3", "gmm4", "ring", "banana", "letter_E")
    starts: tuple[str, ...] = ("uniform", "corner", "wrong")
    seeds: int = 2
    robots: int = 100
    duration: float = 60.0
    dynamics: str = "kinematic"
    network: str = "disk:0.5"
    numbers: tuple[int, ...] = (25, 100, 400)
    sensing_range: float | None = None
    # Chosen before any planner had run on them; those of 20261130 were looked at once, and after
    # that the planner was changed.
    random_seed: int = 20270101
    random_targets: int = 10
    results: tuple[str, ...] = ()
    jobs: int = 2

    @property
    def shared(self) -> dict[str, Any]:
        """Options of all runs."""
        return {
            "robots": self.robots,
            "duration": self.duration,
            "dynamics": self.dynamics,
            "network": self.network,
        }
