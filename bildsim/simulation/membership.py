"""Who is in the swarm: a planner sees only them, and learns when others leave or come.

Planners know nothing of robots that died or have not come yet. Whenever the members change, one
that can is asked to carry its state over (`bildsim.controllers.planner.ChangesMembers`); any other
begins anew with those that are there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints
from bildsim.controllers.planner import Observation, Report
from bildsim.network.traffic import Traffic
from bildsim.simulation.checked_planner import CheckedPlanner


@dataclass(frozen=True, eq=False)
class Membership:
    """The members of a swarm of N robots, and all that their planner holds.

    Attributes:
        members: (M,) numbers of the robots in the swarm, rising.
        state: the planner's state, for M robots.
        settled: what each of the N robots sent before the state counted.
        changes: how often the members have changed.
    """

    members: Ints
    state: Any
    settled: Traffic
    changes: int


@dataclass(frozen=True, eq=False)
class Roster:
    """Leads a planner through the changes of its members.

    Attributes:
        planner: the planner.
        key: seed of what planners draw that begin anew.
    """

    planner: CheckedPlanner
    key: int

    def init(self, active: Bools, observation: Observation, rng: np.random.Generator) -> Membership:
        """Begin.

        Args:
            active: (N,) who is in the swarm.
            observation: what those see, M rows.
            rng: for the planner.
        """
        state = self.planner.init(observation, rng)
        return Membership(np.flatnonzero(active), state, Traffic.none(len(active)), 0)

    def plan(
        self, now: Membership, active: Bools, observation: Observation, stay: Floats
    ) -> tuple[Floats, Membership]:
        """Return waypoints for all robots and what is held afterwards.

        Args:
            now: what was held.
            active: (N,) who is in the swarm.
            observation: what those see, M rows.
            stay: (N, 2) waypoints of the others: where they stand (m).
        """
        members = np.flatnonzero(active)
        if not np.array_equal(members, now.members):
            now = self._changed(now, members, observation)
        waypoints, state = self.planner.plan(now.state, observation)
        if len(members) < len(stay):
            everybody = stay.copy()
            everybody[members] = waypoints
            waypoints = everybody
        return waypoints, Membership(members, state, now.settled, now.changes)

    def wait(self, now: Membership, active: Bools, observation: Observation) -> Membership:
        """Return what is held after a tick in which no round ends: only members may change.

        Args:
            now: what was held.
            active: (N,) who is in the swarm.
            observation: what those see, M rows.
        """
        members = np.flatnonzero(active)
        if np.array_equal(members, now.members):
            return now
        return self._changed(now, members, observation)

    def report(self, now: Membership) -> Report:
        """Return what the planner reports of itself, M rows, with all that they ever sent."""
        report = self.planner.report(now.state, len(now.members))
        if not now.changes:
            return report
        settled, traffic = now.settled.among(now.members), report.traffic
        total = Traffic(
            settled.messages + traffic.messages,
            settled.bytes + traffic.bytes,
            settled.rounds + traffic.rounds,
            settled.broadcast + traffic.broadcast,
        )
        return Report(total, report.parameters)

    def _changed(self, now: Membership, members: Ints, observation: Observation) -> Membership:
        sent = self.planner.report(now.state, len(now.members)).traffic
        changes = now.changes + 1
        if self.planner.carries_over:
            # Where each present member stood among the former ones, both in rising order.
            place = np.searchsorted(now.members, members)
            place = np.minimum(place, len(now.members) - 1)
            before = np.where(now.members[place] == members, place, -1)
            state = self.planner.change_members(now.state, before, observation)
            # What the state counts from now on, too, of those that stay.
            sent = _left(sent, before)
        else:
            rng = np.random.default_rng((self.key, changes))
            state = self.planner.init(observation, rng)
        return Membership(members, state, _settled(now.settled, now.members, sent), changes)


def _left(sent: Traffic, before: Ints) -> Traffic:
    """Return of what was sent only that of the robots that left; rounds go on counting."""
    counts = [count.copy() for count in (sent.messages, sent.bytes, sent.broadcast)]
    for count in counts:
        count[before[before >= 0]] = 0
    messages, size, broadcast = counts
    return Traffic(messages, size, 0, broadcast)


def _settled(settled: Traffic, members: Ints, sent: Traffic) -> Traffic:
    """Return the totals of all robots with what the members have sent."""
    pairs = (
        (settled.messages, sent.messages),
        (settled.bytes, sent.bytes),
        (settled.broadcast, sent.broadcast),
    )
    totals = []
    for whole, part in pairs:
        total = whole.copy()
        total[members] += part
        totals.append(total)
    messages, size, broadcast = totals
    return Traffic(messages, size, settled.rounds + sent.rounds, broadcast)
