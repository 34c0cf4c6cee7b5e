"""The final values of a run for people: what each is, its unit and which way is better."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from bildsim.controllers.safety.registry import NONE as NO_SAFETY
from bildsim.simulation.measurements import COLUMNS

LESS, MORE = "↓", "↑"
_UNIT = re.compile(r"\s*\(([^()]*)\)$")
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "How near the swarm is to the target": (
        *("kl_fit", "kl_floor", "kl_excess", "kl_fit_mean", "w2", "w2_mean", "energy"),
        *("js_kde", "ergodic", "locational", "kl_settling_s"),
    ),
    "What the robots believe": ("kl_estimate", "disagreement", "position_rms_m", "heading_rms_rad"),
    "How they drove": (
        *("path_length_m", "speed_m_s", "control_effort", "saturated", "contacts"),
        *("wall_contacts", "min_gap_m", "overlap_m", "safety_acted", "safety_infeasible"),
    ),
    "What they sent": ("rounds", "messages_sent", "bytes_sent", "components", "active"),
    "What it took": ("planner_ms_a_robot", "wall_s", "real_time_factor", "compile_s"),
}
_OWN: Mapping[str, str] = {
    "kl_floor": "least kl_fit that the density family allows for this target (nats)",
    "kl_excess": "kl_fit less that floor (nats)",
    "kl_settling_s": "when kl_fit came within 0.02 nats of the floor for good (s)",
    "position_rms_m": "how far off robots took themselves to be, rms over robots and ticks (m)",
    "heading_rms_rad": "by how much they mistook their headings, rms over both (rad)",
    "planner_ms_a_robot": "mean time of the planner a tick and robot (ms)",
    "wall_s": "time from the program's start until the film was closed (s)",
    "real_time_factor": "simulated seconds a second",
    "compile_s": "time in which kernels were compiled before, no part of the run (s)",
}
_UNITS_OF = {
    "rounds": "",
    "messages_sent": "a robot",
    "bytes_sent": "B a robot",
    "active": "robots",
}
_BETTER = {
    **dict.fromkeys(("min_gap_m", "real_time_factor"), MORE),
    **dict.fromkeys(("kl_floor", "speed_m_s", "components", "active", "rounds"), ""),
}


@dataclass(frozen=True)
class Figure:
    """A final value.

    Attributes:
        name: as in metrics.csv or summary.json.
        value: in four digits.
        unit: of the value.
        better: an arrow: whether less or more is better; empty where neither is.
        meaning: what it is, in words.
    """

    name: str
    value: str
    unit: str
    better: str
    meaning: str


def figures(summary: Mapping[str, Any]) -> dict[str, list[Figure]]:
    """Return the final values of a run by heading; those that it does not have are left out.

    Args:
        summary: what summary.json says.
    """
    values = {**summary, **summary.get("localisation", {}), **summary["final"]}
    if summary["configuration"]["swarm"]["safety"] == NO_SAFETY:
        values |= {"safety_acted": None, "safety_infeasible": None}
    found = {}
    for heading, names in _HEADINGS.items():
        rows = [_figure(name, values[name]) for name in names if values.get(name) is not None]
        if rows:
            found[heading] = rows
    return found


def number(value: Any) -> str:
    """Return a number in four digits, and a whole one in all that it has."""
    if isinstance(value, str) or not isfinite(value):
        return "never" if value in ("inf", "Infinity") or value == float("inf") else "–"
    if isinstance(value, int) or (value == round(value) and abs(value) >= 1.0):
        return f"{int(value):,}"
    if abs(value) >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) >= 1e-4 or value == 0.0 else f"{value:.1e}"


def _figure(name: str, value: Any) -> Figure:
    meaning = _OWN.get(name) or COLUMNS[name]
    unit = _UNIT.search(meaning)
    words = _UNIT.sub("", meaning)
    said = _UNITS_OF.get(name, unit[1] if unit else "")
    return Figure(name, number(value), said.replace("^2", "²"), _BETTER.get(name, LESS), words)
