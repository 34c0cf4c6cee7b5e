"""What robots hold of each other where they speak only when something has changed.

A robot that hears nothing new goes on with what it last heard. Over links that lose nothing all
neighbours of a robot hold the same; where a message was lost somebody holds an older one, and only
those few are kept beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bildsim.basics.arrays import Bools, Floats, Ints, require_keys, require_rows
from bildsim.network.directed_edges import (
    FRESH,
    DirectedEdges,
    carried,
    origins,
    renumbered,
    same_edges,
)
from bildsim.network.sending.changes import changed, repeats

_NEWEST = -1


@dataclass(frozen=True, eq=False)
class HeldMessages:
    """What is held over each link after a round.

    Attributes:
        values: (R, k) messages; row i is what robot i last said, as late as others hear it, and
            rows from N on are older ones that somebody holds who missed the newest.
        sources: (E,) which row is held over each directed edge; of those that hold any.
    """

    values: Floats
    sources: Ints


@dataclass(frozen=True, eq=False)
class Held:
    """Who said what when, and who holds which of it; arrays are replaced, never changed.

    Attributes:
        told: (N, k) what each robot sent last; not a number before it has. No columns before the
            first round.
        age: (N,) rounds since each had something new to say.
        spoken: (N,) rounds in which each has spoken so far.
        under_way: what was told in the last rounds, (N, k) each, the oldest first.
        spoke: who spoke in them, (N,) each.
        latest: (N, k) each robot's last message that has had time to arrive.
        older: (S, k) messages before it that somebody still holds.
        keys: (E,) what the directed edges are known by (`bildsim.network.directed_edges`).
        known: (E,) whether anything was heard over each.
        stale: (E,) the row of ``older`` that is held over each; -1 for the sender's latest.
    """

    told: Floats
    age: Ints
    spoken: Ints
    under_way: tuple[Floats, ...]
    spoke: tuple[Bools, ...]
    latest: Floats
    older: Floats
    keys: Ints
    known: Bools
    stale: Ints

    @classmethod
    def none(cls, robots: int) -> Held:
        """Return the state in which nobody has said anything."""
        empty, whole = np.zeros((robots, 0)), np.zeros(0, dtype=np.int64)
        counts = np.zeros(robots, dtype=np.int64)
        return cls(
            empty,
            counts,
            counts,
            (),
            (),
            empty,
            np.zeros((0, 0)),
            whole,
            whole.astype(np.bool_),
            whole,
        )

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        robots, width = self.told.shape
        require_rows(robots, self.age, self.spoken, self.latest, *self.under_way, *self.spoke)
        require_rows(len(self.keys), self.known, self.stale)
        if len(self.under_way) != len(self.spoke):
            raise ValueError("messages under way of other rounds than who spoke")
        require_keys(self.keys, robots)
        tables = (self.latest, self.older, *self.under_way)
        if any(table.shape[1:] != (width,) for table in tables):
            raise ValueError(f"messages of other lengths than {width}")
        if ((self.stale < _NEWEST) | (self.stale >= len(self.older))).any():
            raise ValueError("a link holds a message that is not there")

    def after_round(
        self,
        message: Floats,
        blocks: Sequence[int],
        edges: DirectedEdges,
        heard: Bools,
        threshold: float,
        delay: int,
        loses: bool,
    ) -> Held:
        """Return the state after a round.

        Args:
            message: (N, k) what each robot would say to all its neighbours.
            blocks: how many numbers stand in each block of it.
            edges: who hears whom.
            heard: (E,) which links would bring a message in this round.
            threshold: by what share a block must have changed.
            delay: rounds that a message takes.
            loses: whether messages can be lost, so that they are to be repeated.
        """
        state = self._begun(message.shape[1])._followed(edges)
        news = changed(message, state.told, blocks, threshold)
        # Who is new to a neighbour introduces itself: over its link nothing was heard yet.
        fresh = edges.tails[origins(edges.keys, self.keys) == FRESH]
        news[fresh] = True
        age = np.where(news, 0, state.age + 1)
        speaks = news | repeats(age) if loses else news
        told = np.where(speaks[:, None], message, state.told)
        state = replace(state, told=told, age=age, spoken=state.spoken + speaks)
        under_way, spoke = (*state.under_way, told), (*state.spoke, speaks)
        if len(spoke) > delay:
            state = state._arrived(under_way[0], spoke[0], edges, heard)
        kept = slice(len(spoke) - delay if len(spoke) > delay else 0, None)
        return replace(state, under_way=under_way[kept], spoke=spoke[kept])

    def messages(self, edges: DirectedEdges) -> HeldMessages:
        """Return what is held over each edge of the network of the last round."""
        newest = self.stale == _NEWEST
        sources = np.where(newest, edges.tails, len(self.latest) + self.stale)
        values = np.concatenate([self.latest, self.older]) if len(self.older) else self.latest
        return HeldMessages(values, sources)

    def change_members(self, before: Ints) -> Held:
        """Return the state when robots have left or joined.

        Args:
            before: (N,) each present robot's row until now; -1 for one that joins.
        """
        joins = before == FRESH
        keys, places = renumbered(self.keys, before, len(self.told))
        column = joins[:, None]
        state = replace(
            self,
            # A newcomer has said nothing yet, so that it speaks in its first round.
            told=np.where(column, np.nan, self.told[before]),
            age=np.where(joins, 0, self.age[before]),
            spoken=np.where(joins, 0, self.spoken[before]),
            under_way=tuple(np.where(column, 0.0, past[before]) for past in self.under_way),
            spoke=tuple(~joins & past[before] for past in self.spoke),
            latest=np.where(column, 0.0, self.latest[before]),
            keys=keys,
            known=self.known[places],
            stale=self.stale[places],
        )
        return state._tidied()

    def _begun(self, width: int) -> Held:
        if self.told.shape[1] == width:
            return self
        robots = len(self.told)
        return replace(
            self,
            told=np.full((robots, width), np.nan),
            latest=np.zeros((robots, width)),
            older=np.zeros((0, width)),
        )

    def _followed(self, edges: DirectedEdges) -> Held:
        """Forget links that are gone; over new ones nothing is held."""
        if same_edges(edges.keys, self.keys):
            return self
        origin = origins(edges.keys, self.keys)
        stale = np.where(origin == FRESH, _NEWEST, carried(self.stale, origin))
        known = carried(self.known, origin)
        return replace(self, keys=edges.keys, known=known, stale=stale)._tidied()

    def _arrived(self, message: Floats, speaks: Bools, edges: DirectedEdges, heard: Bools) -> Held:
        """Take in what arrives; who misses it keeps what it held."""
        comes = speaks[edges.tails]
        missed = comes & ~heard & self.known & (self.stale == _NEWEST)
        stale, older = self.stale, self.older
        if missed.any():
            who, rows = np.unique(edges.tails[missed], return_inverse=True)
            stale = stale.copy()
            stale[missed] = len(older) + rows
            older = np.concatenate([older, self.latest[who]])
        hears = comes & heard
        return replace(
            self,
            latest=np.where(speaks[:, None], message, self.latest),
            older=older,
            known=self.known | hears,
            stale=np.where(hears, _NEWEST, stale),
        )._tidied()

    def _tidied(self) -> Held:
        """Drop older messages that nobody holds any more."""
        if not len(self.older):
            return self
        there = self.stale != _NEWEST
        used, rows = np.unique(self.stale[there], return_inverse=True)
        stale = self.stale.copy()
        stale[there] = rows
        return replace(self, older=self.older[used], stale=stale)
