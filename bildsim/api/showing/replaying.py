"""What a video shows beside the trajectory, found again where it was not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from bildsim.api.recording import Reel
from bildsim.basics.arrays import Bools, Floats

if TYPE_CHECKING:
    from bildsim.api.result import Result

# Discs that are no farther apart than this share of a radius count as touching.
_NEAR = 0.01


def replayed(result: Result) -> Reel:
    """Return what can be told of a run by its trajectory and its metrics.

    Robots touch where their discs do; which wheels were at their limit, and what robots estimated,
    nobody knows any more, so that what they have learned is the exact fit.
    """
    ticks, family = result.trajectory, result.family
    radius = result.radius / result.unit_m
    count = len(ticks)
    contact, pairs = np.empty(ticks.active.shape, dtype=np.bool_), np.empty(count, dtype=np.int64)
    learned, kl = np.empty((count, family.size)), np.empty(count)
    for tick, places in enumerate(ticks.position):
        contact[tick], pairs[tick] = _contacts(places, radius, _NEAR * radius)
        means = family.statistics(places[ticks.active[tick]]).mean(axis=0)
        theta = family.fit(means, result.config.macro.regularisation)
        learned[tick] = theta
        log_target = np.log(result.target_density(float(ticks.time_s[tick])))
        kl[tick] = family.kl(theta, log_target)
    return Reel(
        contact=contact,
        saturated=np.zeros(ticks.active.shape, dtype=np.bool_),
        touching_pairs=pairs,
        learned=learned,
        kl_fit=kl,
        kl_estimate=np.full(count, np.nan),
        bytes_sent=np.interp(ticks.time_s, result.series["time_s"], result.series["bytes_sent"]),
    )


def _contacts(places: Floats, radius: float, near: float) -> tuple[Bools, int]:
    """Return which robots touch another one or a wall, (N,), and how many pairs touch."""
    pairs = cKDTree(places).query_pairs(2.0 * radius + near, output_type="ndarray")
    # The walls stand a radius outside of C.
    touching: Bools = np.asarray((np.abs(places) >= 1.0 - near).any(axis=1))
    touching[pairs.ravel()] = True
    return touching, len(pairs)
