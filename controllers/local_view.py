"""What one robot of a swarm knows: its nearest neighbours, the target nearby, and what it hears.

Computed for all robots at once in arrays; a robot's row depends on itself, on the robots that it
senses and on those that it hears over the network. All axes are those of the world, as robots have
a compass. Local observations of the environment and the planner ``learned`` use this.

    view = LocalView.of(neighbours=6, sensing_range=0.5)
    near = view.neighbours_of(positions)                     # (N, 6, 2) m and (N, 6)
    nearby = view.patch(target, positions)                   # (N, 5, 5) 1/m^2
    estimates = Estimates.begin(own_statistics(family, positions))
    estimates = estimates.after_round(own_statistics(family, later), network)    # once a tick
    estimates.mean, estimates.heard                          # (N, m) each
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from bildsim.basics.arrays import Bools, Floats, Ints, require_rows
from bildsim.basics.errors import not_allowed
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.channel import Channel, ChannelState, Size
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import Network
from bildsim.targets.target import Target

MOST_NEIGHBOURS, MOST_CELLS = 64, 64
# Swarms of a batch lie so far apart (m) that no robot senses one of another.
_APART = 8.0
# No two robots of a swarm are farther apart (m).
_FARTHEST = 3.0


class Neighbours(NamedTuple):
    """The nearest robots that each robot senses.

    Attributes:
        relative: (..., N, k, 2) where they are, seen from the robot, along the world's axes (m),
            the nearest first; zeros where there is none.
        present: (..., N, k) whether there is one.
    """

    relative: Floats
    present: Bools


@dataclass(frozen=True)
class LocalView:
    """How far and how finely a robot sees.

    Attributes:
        neighbours: k, how many of the nearest robots it tells apart; 1 to 64.
        sensing_range: up to which distance between centres it senses others (m); above 0, and inf
            for all of C.
        patch_cells: P, places an axis at which it looks at the target around itself; 1 to 64.
        patch_width: from the first of these places to the last (m); above 0 and at most 4.

    Raises:
        UsageError: a setting is out of range.
    """

    neighbours: int = 6
    sensing_range: float = 0.5
    patch_cells: int = 5
    patch_width: float = 0.6

    @classmethod
    def of(
        cls,
        neighbours: int = 6,
        sensing_range: float = 0.5,
        patch_cells: int = 5,
        patch_width: float = 0.6,
    ) -> LocalView:
        """Return the view with these settings; see the class.

        Raises:
            UsageError: a setting is out of range.
        """
        return cls(neighbours, sensing_range, patch_cells, patch_width)

    def __post_init__(self) -> None:
        for name, most in (("neighbours", MOST_NEIGHBOURS), ("patch_cells", MOST_CELLS)):
            value = getattr(self, name)
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not (whole and 1 <= value <= most):
                raise not_allowed(name, value, f"a whole number from 1 to {most}")
        if not self.sensing_range > 0.0:
            raise not_allowed("sensing_range", self.sensing_range, "above 0 m")
        if not 0.0 < self.patch_width <= 4.0:
            raise not_allowed("patch_width", self.patch_width, "above 0 and at most 4 m")

    @cached_property
    def offsets(self) -> Floats:
        """(P, P, 2) the places of a patch seen from the robot (m); [i, j] is at (x_j, y_i)."""
        half = 0.5 * self.patch_width
        axis = np.linspace(-half, half, self.patch_cells) if self.patch_cells > 1 else np.zeros(1)
        places = np.stack(np.meshgrid(axis, axis), axis=-1)
        places.setflags(write=False)
        return places

    def neighbours_of(self, positions: Floats) -> Neighbours:
        """Return the nearest robots within range of each; of equally far ones, any.

        Args:
            positions: (N, 2) of a swarm, or (..., N, 2) of many that do not see each other (m).
        """
        *batch, robots, _ = positions.shape
        points = np.empty((math.prod(batch) * robots, 3))
        points[:, :2] = positions.reshape(-1, 2)
        # A third axis keeps swarms apart and changes no distance within one.
        points[:, 2] = np.repeat(np.arange(math.prod(batch)) * _APART, robots)
        number, count = len(points), self.neighbours
        reach = np.nextafter(min(self.sensing_range, _FARTHEST), np.inf)
        found = cKDTree(points).query(
            points, k=np.arange(1, count + 2), distance_upper_bound=reach
        )[1]
        itself = found == np.arange(number)[:, None]
        # Where more robots than that coincide one is not among its own nearest: drop the last.
        itself[~itself.any(axis=1), -1] = True
        others = found[~itself].reshape(number, count)
        present = others < number
        there = points[np.where(present, others, 0), :2]
        relative = np.where(present[..., None], there - points[:, None, :2], 0.0)
        shape = (*batch, robots, count)
        return Neighbours(relative.reshape(*shape, 2), present.reshape(shape))

    def patch(self, target: Target, positions: Floats) -> Floats:
        """Return p* at the places around each robot, (..., N, P, P) in 1/m^2; 0 outside C.

        Args:
            target: p*.
            positions: (..., N, 2), m.
        """
        places = positions[..., None, None, :] + self.offsets
        inside = (np.abs(places) <= 1.0).all(axis=-1)
        return np.where(inside, target.density(np.clip(places, -1.0, 1.0)), 0.0)


def own_statistics(family: LegendreFamily, positions: Floats) -> Floats:
    """Return phi of each robot's own place, (..., N, m), places pressed out of C cut to it.

    Args:
        family: the exponential family.
        positions: (..., N, 2), m.
    """
    return family.statistics(np.clip(positions, -1.0, 1.0))


@dataclass(frozen=True, eq=False)
class Estimates:
    """What each robot believes the swarm's mean statistics to be; arrays are never changed.

    First-order dynamic average consensus (Zhu and Martinez, Discrete-time dynamic average
    consensus, Automatica 46(2), 2010) with the network's Metropolis weights a_ij, one round a tick:

        s_i <- sum_j a_ij s_j + phi(x_i now) - phi(x_i before)

    A message is s_i, m numbers, the same to every neighbour. The mean of the s_i is that of the
    phi(x_i) at all times, as long as every message arrives.

    Attributes:
        mean: (N, m) s_i, each robot's estimate of the swarm's mean of phi.
        heard: (N, m) the mean over a robot's network neighbours of what they sent last; its own
            estimate where it hears nobody.
        inputs: (N, m) phi(x_i) that the estimates were made with.
    """

    mean: Floats
    heard: Floats
    inputs: Floats

    @classmethod
    def begin(cls, inputs: Floats) -> Estimates:
        """Return the state in which every robot takes its own phi, (N, m), for the mean."""
        return cls(inputs.copy(), inputs.copy(), inputs.copy())

    def after_round(self, inputs: Floats, network: Network) -> Estimates:
        """Return the state after each robot has sent its estimate and moved.

        Args:
            inputs: (N, m) phi(x_i) now.
            network: who hears whom. B swarms of N robots are B N rows and a network that falls
                apart into theirs; see `bildsim.network.graph.networks_apart`.
        """
        edges, size = directed_edges(network), (len(self.mean),) * 2
        links = csr_array((np.ones(len(edges.tails)), edges.tails, edges.indptr), size)
        # SciPy adds up a row's own entries alone: who is not heard changes no bit.
        mixed, told = network.matrix() @ self.mean, links @ self.mean
        alone = (network.degree == 0)[:, None]
        heard = np.where(alone, self.mean, told / np.maximum(network.degree, 1)[:, None])
        return Estimates(mixed + (inputs - self.inputs), heard, inputs.copy())

    def over(
        self, channel: Channel, state: ChannelState, inputs: Floats, network: Network
    ) -> tuple[Estimates, ChannelState]:
        """Return the estimates after a round over links, and the channel; perfect ones as above.

        A robot that is not heard counts as oneself. What is lost one way only biases the estimates
        for ever. Where messages are late robots hold their estimates for delay + 1 rounds, till
        what the others hold has come, so delay alone costs time and no bias.

        Args:
            channel: the links.
            state: what is under way over them.
            inputs: (N, m) phi(x_i) now.
            network: who hears whom.
        """
        if channel.perfect:
            counted = channel.counted(state, network, Size((inputs.shape[1],)), 1)
            return self.after_round(inputs, network), counted
        heard, state = channel.broadcast(state, network, self.mean)
        arrived = heard.arrived.astype(np.float64)
        count = heard.added(arrived)[:, None]
        told = heard.added(np.where(heard.arrived[:, None], heard.said, 0.0))
        told = np.where(count > 0.0, told / np.maximum(count, 1.0), self.mean)
        if not channel.renewed(state):
            return Estimates(self.mean, told, self.inputs), state
        mean = self.mean + heard.drawn() + (inputs - self.inputs)
        return Estimates(mean, told, inputs.copy()), state

    def among(self, origin: Ints, inputs: Floats) -> Estimates:
        """Return the state when robots have left or joined.

        Args:
            origin: (N,) the row that each robot had before, -1 for one that joins.
            inputs: (N, m) their phi(x_i) now; who joins starts from it.
        """
        joins = (origin < 0)[:, None]
        parts = (self.mean, self.heard, self.inputs)
        return Estimates(*(np.where(joins, inputs, part[origin]) for part in parts))

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.mean), self.mean, self.heard, self.inputs)
