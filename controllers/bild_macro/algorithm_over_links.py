"""BILD-MACRO over links that lose, delay or round messages, with consensus that bears it.

Algorithm 1 needs two kinds of agreement. The y_i only have to come together: r pulls all of them to
where the mean of grad_2 g_i is zero, wherever the mixing of (7) alone would have taken them, so a
message that is missing is replaced by the robot's own y_i and nothing is spoilt. But r_i must be
that mean itself: (8) is one way to follow it, which a single lost message puts off for ever; here
r_i is what any dynamic average consensus of the inputs grad_2 g_i says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.regular_file import in_units
from bildsim.controllers.bild_macro import kernels as macro_kernels
from bildsim.controllers.bild_macro.algorithm import BildMacro, MacroState
from bildsim.controllers.bild_macro.kernels import Fields
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.base import AnyConsensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking, lazily_mixed
from bildsim.controllers.consensus.push_sum import PushSum
from bildsim.density.kernels import Evaluation
from bildsim.network.channel import Size
from bildsim.network.directed_edges import FRESH
from bildsim.network.graph import Network, network_of_edges
from bildsim.network.link_settings import DOUBLE, LinkSettings
from bildsim.network.lossy_links import MOST_UNDER_WAY_BYTES, Arrivals, LinkState, LossyLinks, Sent
from bildsim.network.sending.held import Held
from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.threads import over_robots

_DOUBLE_BYTES = 8


@dataclass(frozen=True, eq=False)
class Channel:
    """What the robots hold besides their estimates, and what is under way between them.

    Attributes:
        links: what the links are like just now.
        trackers: the state of the consensus.
        sent_y: (N, m) y_i under way, each.
        held: what is held over each link, where robots send only what has changed; else None.
    """

    links: LinkState
    trackers: Any
    sent_y: Sent
    held: Held | None = None


@dataclass(frozen=True, eq=False)
class MacroOverLinks:
    """Algorithm 1 with (7) over what arrives, and a consensus in place of (8) and (9).

    With Metropolis tracking this is Algorithm 1, and with perfect links equal to `BildMacro` but
    for rounding; r_i, and a tracked q_i, then carry what was lost for ever. A message has 96 or 97
    numbers, 1272 with a tracked q_i, which ADMM and push-sum do without.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        settings: the links.

    Raises:
        UsageError: push-sum is to send few bits, or what has changed alone is to be sent of what
            differs from neighbour to neighbour or comes late.
    """

    algorithm: BildMacro
    settings: LinkSettings

    def __post_init__(self) -> None:
        name, bits = self.algorithm.settings.consensus, self.settings.message_bits
        if name == "push-sum" and bits != DOUBLE:
            raise UsageError(
                "{message_bits} is not possible with {consensus}: its running sums grow, allowed "
                "is {message_bits:64} or another consensus",
                message_bits=bits,
                consensus=name,
            )
        if name == "push-sum" and self.settings.float_bits() != DOUBLE:
            raise UsageError(
                "{message_format} is not possible with {consensus}: its running sums grow, allowed "
                "is {message_format:float64} or another consensus",
                message_format=self.settings.message_format,
                consensus=name,
            )
        if self.settings.send_threshold:
            self._check_threshold(name)

    def _check_threshold(self, consensus: str) -> None:
        threshold, delay = self.settings.send_threshold, self.settings.link_delay
        if consensus != "metropolis":
            raise UsageError(
                "{send_threshold} is not possible with {consensus}, which says something else to "
                "each neighbour: allowed is {consensus:metropolis}",
                send_threshold=threshold,
                consensus=consensus,
            )
        if delay:
            raise UsageError(
                "{send_threshold} is not possible with messages that BILD-MACRO's robots hear {0} "
                "rounds late, by {link_delay} or by the radio: its means would not keep their sum",
                delay,
                send_threshold=threshold,
                link_delay=delay,
            )

    @property
    def blocks(self) -> tuple[int, ...]:
        """Numbers in each block of a message: y_i, the consensus's own, and a tracked q_i."""
        size, packed = self.algorithm.family.size, self.algorithm.family.packed_size
        own = self._consensus.numbers_per_message(size)
        return (size, own, packed) if self.algorithm.settings.tracks_hessian else (size, own)

    @property
    def bytes_per_message(self) -> int:
        """Bytes that a robot sends each neighbour a round, whether they arrive or not."""
        return Size(self.blocks).bytes_with(self.settings)

    @property
    def _consensus(self) -> AnyConsensus:
        return make_consensus(self.algorithm.settings)

    def require_memory(self, network: Network) -> None:
        """Make sure that the messages of a network that are under way can be kept.

        Raises:
            UsageError: they take more than ``MOST_UNDER_WAY_BYTES``.
        """
        robots, delay = len(network.degree), self.settings.link_delay
        each = self._kept_a_round(network)
        if (delay + 1) * each <= MOST_UNDER_WAY_BYTES:
            return
        most = MOST_UNDER_WAY_BYTES // each - 1
        allowed = f"at most {most}" if most >= 0 else "a network of fewer links"
        raise UsageError(
            "{link_delay} is not possible with {0} robots, {1} links and {consensus}: allowed is "
            "{2}, as messages under way may take {3}",
            robots,
            len(network.indices) - robots,
            allowed,
            in_units(MOST_UNDER_WAY_BYTES),
            link_delay=delay,
            consensus=self.algorithm.settings.consensus,
        )

    def _kept_a_round(self, network: Network) -> int:
        """Return how many bytes the messages of a round take where they wait for their time."""
        robots, family = len(network.degree), self.algorithm.family
        tracks = self.algorithm.settings.tracks_hessian
        tracked = family.size + (family.packed_size if tracks else 0)
        if self.algorithm.settings.consensus == "metropolis":
            numbers = robots * tracked
        else:  # what robots say differs from link to link
            numbers = len(network.indices) * self._consensus.numbers_per_message(tracked)
        return (robots * family.size + numbers) * _DOUBLE_BYTES

    def init(self, state: MacroState, network: Network, rng: np.random.Generator) -> Channel:
        """Return the channel that belongs to a first state of `BildMacro`.

        Args:
            state: the state.
            network: who hears whom.
            rng: draws what all later losses follow from.
        """
        links = LossyLinks(self.settings).init(len(state.positions), rng)
        fields = state.fields
        trackers = [self._consensus.init(fields.slope, network)]
        if self.algorithm.settings.tracks_hessian:
            trackers.append(self._consensus.init(fields.q, network))
        held = Held.none(len(state.positions)) if self.settings.send_threshold else None
        return Channel(links, tuple(trackers), Sent(), held)

    def holds(self, channel: Channel, row: MacroState, robots: int) -> bool:
        """Whether a channel is of these settings and so many robots; for those from files.

        Args:
            channel: the channel.
            row: a state of `BildMacro` of one robot.
            robots: N.
        """
        alone = network_of_edges(np.zeros((0, 2), dtype=np.int64), 1)
        known = self.init(row, alone, np.random.default_rng(0)).trackers
        found = channel.trackers
        return (
            channel.links.robots == robots
            and isinstance(found, tuple)
            and [type(tracker) for tracker in found] == [type(tracker) for tracker in known]
            and all(
                tracker.inputs.shape == (robots, *one.inputs.shape[1:])
                for tracker, one in zip(found, known, strict=True)
            )
            and self._holds_said(channel.held, robots)
        )

    def _holds_said(self, held: Held | None, robots: int) -> bool:
        if held is None or not self.settings.send_threshold:
            return held is None and not self.settings.send_threshold
        # Of no numbers before the first round.
        return held.told.shape in ((robots, 0), (robots, sum(self.blocks)))

    def advance(
        self,
        state: MacroState,
        channel: Channel,
        positions: Floats,
        network: Network,
        rounds: int = 1,
        descent: Floats | None = None,
    ) -> tuple[MacroState, Channel]:
        """Do ``rounds`` rounds; the first takes the robots to ``positions``, (N, 2) in metres.

        In the first ``descent``, (N, m), takes the place of gamma_i r_i, where it is given.

        Raises:
            RunError: an estimate diverged; the sentence names the round and the robot.
        """
        if rounds == 0:
            return state, channel
        statistics = self.algorithm.family.statistics(positions)
        fields, gradient = state.fields, state.gradient
        for done in range(state.rounds, state.rounds + rounds):
            last = done == state.rounds + rounds - 1
            step = self.algorithm.descent(fields, done)
            if descent is not None and done == state.rounds:
                step = descent
            fields, gradient, channel = self._round(
                fields, channel, network, statistics, step, done, last
            )
        algorithm, done = self.algorithm, state.rounds + rounds
        after = MacroState(
            positions.copy(), statistics, fields, gradient, algorithm.log_target, done, state.z
        )
        return after, channel

    def change_members(self, channel: Channel, origin: Ints, state: MacroState) -> Channel:
        """Return the channel when robots have left or joined.

        Args:
            channel: the channel before.
            origin: (N,) the number that each robot had before, -1 for one that joins.
            state: what the N robots hold.
        """
        fields = state.fields
        inputs = (fields.slope, fields.q)
        trackers = tuple(
            self._consensus.change_members(tracker, origin, own)
            for tracker, own in zip(channel.trackers, inputs, strict=False)
        )
        joins = (origin == FRESH)[:, None]
        sent = tuple(np.where(joins, fields.y, old[origin]) for old in channel.sent_y.history)
        links = LossyLinks(self.settings).change_members(channel.links, origin)
        held = None if channel.held is None else channel.held.change_members(origin)
        return Channel(links, trackers, Sent(sent), held)

    def _round(
        self,
        old: Fields,
        channel: Channel,
        network: Network,
        statistics: Floats,
        descent: Floats,
        done: int,
        last: bool,
    ) -> tuple[Fields, Floats, Channel]:
        arrivals, links = LossyLinks(self.settings).next_round(channel.links, network)
        held, settings = channel.held, self.settings
        if held is not None:
            said = np.hstack([old.y, *(tracker.estimates for tracker in channel.trackers)])
            message = Size(self.blocks).written(said, settings)
            arrivals, held = arrivals.with_held(held, message, self.blocks, network, settings)
        parts = _by_block(arrivals, self.blocks)
        mixed, sent_y = self._mixed(old, channel.sent_y, network, parts[0])
        y = mixed - descent
        self.algorithm.check(y, done + 1)
        slope, moments, norm, q, gradient = self._evaluated(old, y, statistics, last)
        consensus, trackers = self._consensus, []
        for tracker, inputs, part in zip(channel.trackers, (slope, q), parts[1:], strict=False):
            trackers.append(consensus.advance(tracker, inputs, network, part))
        r, *rest = (consensus.estimates(tracker) for tracker in trackers)
        fields = Fields(y, r, rest[0] if rest else q, slope, moments, norm)
        return fields, gradient, Channel(links, tuple(trackers), sent_y, held)

    def _mixed(
        self, old: Fields, sent: Sent, network: Network, arrivals: Arrivals
    ) -> tuple[Floats, Sent]:
        """Mix the y_j, with the robot's own y_i in place of what it does not hear."""
        laziness = self.algorithm.settings.laziness
        received, sent = arrivals.taken(sent, old.y)
        return lazily_mixed(network, laziness, arrivals, old.y, received), sent

    def _evaluated(
        self, old: Fields, y: Floats, statistics: Floats, last: bool
    ) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return grad_2 g_i, the moments, |H|, packed H and grad f at the new y_i."""
        family, ridge = self.algorithm.family, self.algorithm.settings.regularisation
        wanted = self.algorithm.settings.tracks_hessian
        target = self.algorithm.log_target if last else None
        found = family.evaluate(y, target, second=wanted, moments=True)
        q = old.q
        if wanted:
            q = found.covariance
            q[:, family.packed_diagonal] += ridge
        new = Fields(
            y,
            np.empty_like(y),
            aligned_empty(len(y), 0),
            np.empty_like(y),
            found.moments,
            np.empty(len(y)),
        )
        self._add_slopes(old, new, found, statistics)
        return new.slope, new.moments, new.norm, q, found.gradient

    def _add_slopes(self, old: Fields, new: Fields, found: Evaluation, statistics: Floats) -> None:
        over_robots(
            len(new.y),
            macro_kernels.change_pass,
            old,
            new,
            found.mean,
            statistics,
            self.algorithm.settings.regularisation,
            self.algorithm.family.tables,
        )


def _by_block(arrivals: Arrivals, blocks: tuple[int, ...]) -> list[Arrivals]:
    """Return what gets through of each block of a message."""
    ends = np.cumsum(blocks)
    return [arrivals.of_block(end - size, end) for size, end in zip(blocks, ends, strict=True)]


def make_consensus(settings: MacroSettings) -> AnyConsensus:
    """Return the consensus that the settings name."""
    if settings.consensus == "admm":
        return AdmmConsensus()
    if settings.consensus == "push-sum":
        return PushSum(settings.laziness)
    return MetropolisTracking(settings.laziness)
