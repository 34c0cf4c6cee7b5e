"""Whom a swarm owes its reward: everybody alike, or each robot what would be missing without it."""

from typing import Any, Literal, TypeAlias, cast, get_args

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import unknown_name
from bildsim.envs.swarm import SwarmEnv

Credit: TypeAlias = Literal["team", "difference"]
TEAM, DIFFERENCE = get_args(Credit)


def checked_credit(credit: object) -> Credit:
    """Return whom the reward is owed.

    Raises:
        UsageError: there is no such way.
    """
    if credit not in get_args(Credit):
        raise unknown_name("credit", str(credit), get_args(Credit))
    return cast("Credit", credit)


class Differences:
    """What the swarm's reward owes to each of its robots: the reward with it less that without it.

    These are difference rewards (Wolpert and Tumer, Optimal payoff functions for members of
    collectives, Advances in Complex Systems 4, 2001). Without a robot the swarm's density is the
    exact fit to the others' positions, which are taken as they are; nobody's is uniform. So a
    robot's worth at a moment is KL without it - KL with it (nats), 0 if it is not in the swarm; a
    step's reward is the worth after it, or for ``decrease`` how much the worth grew.

    Args:
        swarm: the environment.
        grows: whether the reward is ``decrease``.
    """

    def __init__(self, swarm: SwarmEnv, grows: bool) -> None:
        self._swarm, self._grows = swarm, grows
        self._worth: Floats = np.zeros(swarm.robots)

    def begin(self, info: dict[str, Any]) -> None:
        """Take note of the moment from which the next step goes on.

        Args:
            info: what the swarm's environment said of it.
        """
        if self._grows:
            self._worth = self.worth(info)

    def of_step(self, info: dict[str, Any]) -> Floats:
        """Return the rewards, (N,), for the step that ended so; nats.

        Args:
            info: what the swarm's environment said after it.
        """
        before, self._worth = self._worth, self.worth(info)
        return self._worth - before if self._grows else self._worth

    def worth(self, info: dict[str, Any]) -> Floats:
        """Return each robot's worth at a moment, (N,); nats.

        Args:
            info: what the swarm's environment said of it.
        """
        task, members = self._swarm.task, np.flatnonzero(info["active"])
        own = task.family.statistics(np.clip(info["pose"][members, :2], -1.0, 1.0))
        others = (own.sum(axis=0) - own) / max(len(members) - 1, 1)
        fits = task.fitting.begin(len(members))
        # From the fit to all, which is near.
        fits.theta[:] = info["theta"]
        task.fitting.fit(0, len(members), others, task.folded_target, fits)
        worth = np.zeros(self._swarm.robots)
        worth[members] = fits.kl - info["kl_fit"]
        return worth
