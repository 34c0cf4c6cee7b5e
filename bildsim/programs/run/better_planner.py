"""Which planner would have served a run better, by the table of scores that comes with bildsim."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.text import Text

from bildsim.assets import asset_path
from bildsim.controllers.knowledge import Reach
from bildsim.controllers.registry import knowledge_of
from bildsim.envs.robots.arena_size import USUAL_WIDTH
from bildsim.simulation.config import RunConfig
from bildsim.targets.moving_target import MOVING_NAMES

TABLE = "planner_scores.csv"
_TIE = 1.03
_OF_ONE_COMPUTER = (Reach.CENTRAL, Reach.PLANNED)


@dataclass(frozen=True)
class Score:
    """What a planner reached on a target from a start, in the median over seeds.

    Attributes:
        planner: its name.
        target: named target.
        start: named start.
        w2: Wasserstein distance to p* at the end (m).
        kl_fit: KL of the fitted density (nats).
    """

    planner: str
    target: str
    start: str
    w2: float
    kl_fit: float


@dataclass(frozen=True)
class Better:
    """A planner that the table has ahead of the one that ran.

    Attributes:
        planner: its name.
        own: name of the one that ran.
        knows: what its robots must know, in words.
        where: on which target and from which start that is, in words.
        w2: (m) in the median there.
        own_w2: that of the one that ran (m).
    """

    planner: str
    own: str
    knows: str
    where: str
    w2: float
    own_w2: float

    def __str__(self) -> str:
        """Say it in a sentence."""
        return (
            f"{self.planner} would have served better: {self.where} W2 is {self.w2:.3f} m with it, "
            f"{self.own_w2:.3f} m with {self.own} (medians of 100 robots after 60 s in PyBullet); "
            f"its robots must know {self.knows}"
        )


def say_better(config: RunConfig, console: Console) -> None:
    """Say which planner would have served better, if the table has one."""
    found = better_planner(config)
    if found is not None:
        line = Text.assemble(("planners", "dim"), " ", str(found))
        console.print(line, soft_wrap=True, highlight=False)


def better_planner(config: RunConfig, scores: Iterable[Score] | None = None) -> Better | None:
    """Return the planner that served better where the run was, or as near as the table comes.

    Of planners whose W2 is within 3 % of the least, which seeds do not tell apart, it is the one
    with the least KL. One that needs a computer that sees all robots is named only to those who
    ran one.

    Args:
        config: of the run.
        scores: the table; the one that comes with bildsim unless given.

    Returns:
        None if the table does not know the run's planner, if the target moves, if the arena is not
        as wide as usual, or if no planner's W2 is less by more than 3 %.
    """
    if config.swarm.arena_width != USUAL_WIDTH:
        # The table is of the usual arena, which its robots cross in other times.
        return None
    name, moves = config.planner, config.target_file is None and config.target in MOVING_NAMES
    known = list(table() if scores is None else scores)
    if moves or name not in {score.planner for score in known}:
        return None
    rows = _at(known, config)
    found: dict[str, list[Score]] = {}
    for score in rows:
        found.setdefault(score.planner, []).append(score)
    own = found.get(name, [])
    fair = {
        other: theirs
        for other, theirs in found.items()
        if len(theirs) == len(own) and (_seen_by_all(name) or not _seen_by_all(other))
    }
    least = min(_w2(theirs) for theirs in fair.values())
    level = [other for other, theirs in fair.items() if _w2(theirs) <= _TIE * least]
    if name in level:
        return None
    best = min(level, key=lambda other: median(score.kl_fit for score in fair[other]))
    return Better(best, name, str(knowledge_of(best)), _where(own), _w2(fair[best]), _w2(own))


@cache
def table() -> tuple[Score, ...]:
    """Return the scores that come with bildsim; ``python -m benchmarks.planner_scores`` makes them.

    They are of 100 robots after 60 s in PyBullet, over the networks that runs have unless told
    otherwise.
    """
    with Path(asset_path(TABLE)).open(newline="", encoding="utf-8") as file:
        return tuple(
            Score(
                row["planner"], row["target"], row["start"], float(row["w2"]), float(row["kl_fit"])
            )
            for row in csv.DictReader(file)
        )


def _at(scores: Iterable[Score], config: RunConfig) -> list[Score]:
    """Return the scores of the run's target and start; of all where the table has none of it."""
    rows = list(scores)
    wanted = [("target", None if config.target_file else config.target), ("start", _start(config))]
    for field, value in wanted:
        some = [score for score in rows if getattr(score, field) == value]
        rows = some or rows
    return rows


def _where(scores: Sequence[Score]) -> str:
    if len(scores) == 1:
        return f"on {scores[0].target} from {scores[0].start}"
    return f"over {len(scores)} pairs of target and start"


def _start(config: RunConfig) -> str:
    return str(config.swarm.start)


def _w2(scores: Iterable[Score]) -> float:
    return median(score.w2 for score in scores)


def _seen_by_all(name: str) -> bool:
    knows = knowledge_of(name)
    return knows is not None and knows.reach in _OF_ONE_COMPUTER
