"""Where robots were a moment ago, and what their odometry said then."""

from math import ceil

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.envs.localisation.odometry import wrapped


class PoseHistory(KeptAttributes):
    """Keeps the poses of the last tracking updates, and those between them by interpolation.

    Before the start robots stood where they were then.

    Args:
        poses: at the start, (N, 3), m and rad.
        span: how far back it reaches, in updates.
    """

    _kept = ("_times", "_true", "_told", "_newest")

    def __init__(self, poses: Floats, span: float) -> None:
        length = ceil(span) + 2
        # A ring: times fall from the newest backwards.
        self._times = np.arange(-length, 0, dtype=np.float64)
        self._true = np.repeat(poses[None], length, axis=0)
        self._told = self._true.copy()
        self._newest = length - 1

    def add(self, time: float, true: Floats, told: Floats) -> None:
        """Take note of the poses at a time, which is no earlier than those before.

        Args:
            time: since the start, in updates.
            true: where robots are, (N, 3), m and rad.
            told: where odometry alone takes them to be, (N, 3).
        """
        if time > self._times[self._newest]:
            self._newest = (self._newest + 1) % len(self._times)
        self._times[self._newest] = time
        self._true[self._newest], self._told[self._newest] = true, told

    def at(self, time: float) -> tuple[Floats, Floats]:
        """Return the poses at a time: the true ones and those of odometry, (N, 3) each.

        Between two updates positions lie on the straight line and headings on the shorter arc. The
        same weights for both: where odometry is the truth seen from elsewhere it stays so.
        """
        later = self._newest
        for _ in range(len(self._times) - 1):
            earlier = (later - 1) % len(self._times)
            if self._times[earlier] <= time:
                break
            later = earlier
        first, last = self._times[earlier], self._times[later]
        share = min(max((time - first) / (last - first), 0.0), 1.0)
        return (
            between(self._true[earlier], self._true[later], share),
            between(self._told[earlier], self._told[later], share),
        )


def between(earlier: Floats, later: Floats, share: float) -> Floats:
    """Return poses a share of the way from (N, 3) to (N, 3), m and rad, the short way round."""
    way = later - earlier
    way[:, 2] = wrapped(way[:, 2])
    found = earlier + share * way
    found[:, 2] = wrapped(found[:, 2])
    return found


def carried(fix: Floats, then: Floats, now: Floats) -> Floats:
    """Return where robots are now that were at ``fix`` when odometry said ``then``.

    Args:
        fix: (N, 3) poses, m and rad.
        then: (N, 3) those of odometry at that time.
        now: (N, 3) those of odometry now.
    """
    turn = fix[:, 2] - then[:, 2]
    way = now[:, :2] - then[:, :2]
    cosine, sine = np.cos(turn), np.sin(turn)
    return np.column_stack(
        [
            fix[:, 0] + cosine * way[:, 0] - sine * way[:, 1],
            fix[:, 1] + sine * way[:, 0] + cosine * way[:, 1],
            wrapped(now[:, 2] + turn),
        ]
    )
