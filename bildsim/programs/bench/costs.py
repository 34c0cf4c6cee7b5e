"""What planners cost and must know: the tables beside what they reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bildsim.controllers.knowledge import Knowledge
from bildsim.controllers.registry import knowledge_of
from bildsim.programs.bench.tables import NOT_STATED, cell, labels, needs
from bildsim.programs.supplement.table import Cell, Column, Row, Table
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results, Spread


@dataclass(frozen=True)
class _Cost:
    """A cost: its heading, its unit, and how much of the unit one of the column's values is."""

    title: str
    unit: str
    scale: float = 1.0


_COSTS: Mapping[str, _Cost] = {
    "path_length_m": _Cost("way", "m"),
    "saturated": _Cost("saturated", "%", 100.0),
    "contacts": _Cost("contacts", "pairs"),
    "messages_sent": _Cost("messages", ""),
    "bytes_sent": _Cost("sent", "MB", 1e-6),
    "plan_mean_ms": _Cost("time", "ms"),
}


def knowledge_table(config: BenchConfig) -> Table:
    """Return what each planner must know."""
    columns = [
        Column("p*"),
        Column("N"),
        Column("positions of"),
        Column("neighbours' messages"),
        Column("kind"),
    ]
    rows = [
        Row(label, [Cell(words=word) for word in _known(knowledge_of(name))])
        for name, label in labels(config).items()
    ]
    caption = (
        "What a robot, or the computer that plans for all, must know: the target density p*, the "
        "number of robots N, whose positions, and what neighbours send. It is as each planner "
        "declares it."
    )
    return Table("knowledge", caption, "planner", columns, rows)


def _known(knows: Knowledge | None) -> list[str]:
    if knows is None:
        return [NOT_STATED] * 5
    yes = ["✓" if known else "" for known in (knows.target, knows.count, knows.messages)]
    return [yes[0], yes[1], knows.positions.value, yes[2], knows.reach.value]


def cost_table(results: Results, config: BenchConfig, start: str) -> Table:
    """Return what planners cost from one start: medians and quartiles over targets and seeds."""
    costs = {name: cost for name, cost in _COSTS.items() if name in _TIMES or results.has(name)}
    heads = [Column("must know")]
    heads += [Column(cost.title, cost.unit, "less", ranked=False) for cost in costs.values()]
    rows = []
    for name, label in labels(config).items():
        groups = [group for group in results.groups_of(name) if group[2] == start]
        found = [cell(_cost(results, column, groups), cost.scale) for column, cost in costs.items()]
        rows.append(Row(label, [Cell(words=needs(name)), *found]))
    where = f", start {start}" if len(config.start_names) > 1 else ""
    caption = (
        f"Costs a robot{where}: medians over targets and seeds with quartiles. Saturated: share of "
        "tracking updates at the wheels' limit. Time: of the planner, a tick. No best is marked: "
        "standing still costs nothing, and who sends nothing may have to know more instead."
    )
    return Table(f"cost_{start}", caption, "planner", heads, rows)


_TIMES = ("plan_mean_ms",)


def _cost(results: Results, column: str, groups: Sequence[tuple[str, str, str]]) -> Spread | None:
    if column not in _TIMES:
        return results.spread(column, *groups)
    times = [trial.result["wall"][column] for group in groups for trial in results.of(group)]
    return Spread.of(np.array(times)) if times else None
