"""Whether what a file of results holds is a result: it may be spoilt, or somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bildsim.basics.schema import fits
from bildsim.programs.sweep.reference_tasks import read_reference_scores
from bildsim.programs.sweep.trial import DONE, FAILED, SERIES, WALL

_PARTS: Mapping[str, Any] = {
    "status": str,
    "reason": str,
    "final": dict[str, Any],
    "series": dict[str, list[Any]],
    "positions": list[list[float]],
    "wall": dict[str, float],
    "configuration": dict[str, Any],
}
"""What a trial's result holds, by type."""


def is_trial(found: Mapping[str, Any]) -> bool:
    """Whether a mapping is what `bildsim.programs.sweep.trial.run_trial` returns."""
    if not all(name in found and fits(found[name], hint) for name, hint in _PARTS.items()):
        return False
    series, status = found["series"], found["status"]
    curves = [series.get(name, []) for name in SERIES]
    return (
        status in (DONE, FAILED)
        and len({len(curve) for curve in curves}) == 1
        and all(_are_numbers(curve) for curve in curves)
        and all(len(place) == 2 for place in found["positions"])
        and _are_numbers(found["final"].values())
        and found["wall"].keys() >= set(WALL)
        and (status == FAILED or _is_measured(found))
    )


def _is_measured(found: Mapping[str, Any]) -> bool:
    """Whether there is all that tables and plots want of a trial that was done."""
    curves = all(found["series"].get(name) for name in SERIES)
    return curves and found["final"].keys() >= set(SERIES) and bool(found["positions"])


def is_reference(found: Mapping[str, Any]) -> bool:
    """Whether a mapping is what `compute_reference_scores` returns."""
    try:
        read_reference_scores(found)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
    return True


def _are_numbers(values: Any) -> bool:
    """Whether all are numbers, or the words that stand for what JSON has no number for."""
    return all(fits(value, float) or value in ("inf", "-inf", "nan") for value in values)


SCHEMAS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "trials": is_trial,
    "floors": is_reference,
}
"""By kind of result."""
