"""Flow down the swarm's density, which robots estimate by consensus on a table of it."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from bildsim.basics.arrays import Floats, require_rows
from bildsim.controllers.baselines.base import require_within
from bildsim.controllers.baselines.kernels.interpolation import interpolate
from bildsim.controllers.consensus.averaging import mixing
from bildsim.controllers.knowledge import Knowledge, Positions
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.controllers.step_limit import limited, off_the_walls
from bildsim.density.kde import reflected_kernel, standard_bandwidth
from bildsim.network.channel import ChannelState, Size
from bildsim.network.graph import Network
from bildsim.targets.point_masses import PointMasses


@dataclass(frozen=True, eq=False)
class AgreementState:
    """What the robots hold between ticks.

    Attributes:
        densities: (N, G^2) each robot's estimate of the swarm's density at the nodes (1/m^2).
        integrals: (N, G^2) the integral terms of the consensus.
        channel: what is under way, and what was sent.
    """

    densities: Floats
    integrals: Floats
    channel: ChannelState

    def require_sound(self) -> None:
        """Make sure that its arrays go together, as those from a file may not.

        Raises:
            ValueError: they do not.
        """
        require_rows(len(self.channel.traffic.messages), self.densities, self.integrals)


@dataclass(frozen=True, eq=False)
class ConsensusFlow:
    """Each robot moves by -alpha grad ln(p_i / p*_h), p_i its own estimate of the swarm's density.

    The density is a table at the centres of G x G cells, the mean over robots of each robot's own
    reflected kernel K_i. Every round, with W = I - A and A the network's averaging weights,

        p <- p + rate (K - p) - k_p W p - k_i W e,    e <- e + k_i W p,

    proportional-integral dynamic consensus (Freeman, Yang and Lynch, Stability and convergence
    properties of dynamic average consensus estimators, CDC 2006, here in discrete time): the mean
    of p follows that of K whatever it was before, so lost robots and messages are forgotten.
    Who is not heard counts as oneself; robots whose messages are late hold p and e for delay + 1
    rounds, till what the others hold has come, for with older values the integrals would swing ever
    wider. A message lost one way makes W p of unequal sums: while links lose, the mean of p
    scatters around that of K, and leans to one side where they lose more one way than back.
    Between nodes p_i and p*_h are interpolated by cubics; p_i counts as no less than the robot's
    own kernel, for a robot knows that it is there. This is the kind of macroscopic feedback of
    density that exchanges a whole PDF, to which BILD-MACRO (arXiv 2604.11712, section I) compares
    its messages.

    A robot must know p*, N and its own position and hear its network neighbours. A message is p and
    e, 2 G^2 numbers; O(d G^2) a robot and round, d neighbours. Known failures: the messages; its
    nodes are h / 2 apart for N = 100; estimates lag behind robots that move, and on a network that
    mixes slowly, 1 - a of the eigenvalues a of A small, by 1 / (1 - a)^2 rounds, delay + 1 times
    as many where messages are late; with few bits p and e, which share a step, are that coarse.

    Attributes:
        problem: target, family, the longest step, the rounds a tick and the channel.
        nodes: G.
        gain: alpha as a multiple of h^2 a tick.
        widening: h as a multiple of the metrics' bandwidth, 0.12 m for N = 100.
        rate: how fast estimates follow the robots, a round.
        proportional: k_p; with the others as they are, stable for every network.
        integral: k_i.

    Raises:
        UsageError: an option is out of range.
    """

    knows: ClassVar[Knowledge] = Knowledge(Positions.OWN, count=True, messages=True, channel=True)

    problem: Problem
    nodes: int = 20
    gain: float = 0.5
    widening: float = 5.0 / 3.0
    rate: float = 0.2
    proportional: float = 0.6
    integral: float = 0.3

    def __post_init__(self) -> None:
        require_within(self, {"nodes": (2, 100), "widening": (0.01, 100.0)})

    def init(self, observation: Observation, rng: np.random.Generator) -> AgreementState:
        """Start from what each robot knows of itself alone."""
        densities = self._kernels(observation.positions)
        channel = self.problem.channel.open(len(densities), rng)
        return AgreementState(densities, np.zeros_like(densities), channel)

    def plan(
        self, state: AgreementState, observation: Observation
    ) -> tuple[Floats, AgreementState]:
        """Talk, then return waypoints down each robot's own estimate, (N, 2) in metres."""
        positions = observation.positions
        state = self.agree(state, self._kernels(positions), observation.network)
        bandwidth = self._bandwidth(len(positions))
        inside = off_the_walls(positions)
        swarm, swarm_slope = interpolate(self._tables(state.densities), inside)
        target, target_slope = interpolate(self._blurred(bandwidth)[None], inside)
        # What the robot's own kernel gives in the middle of the square: it knows that it is there.
        itself = 1.0 / (2.0 * math.pi * bandwidth**2 * len(positions))
        # grad ln(p_i / p*_h)
        excess = swarm_slope / np.maximum(swarm, itself)[:, None] - target_slope / target[:, None]
        goals = positions - self.gain * bandwidth**2 * excess
        return limited(positions, goals, self.problem.max_step), state

    def report(self, state: AgreementState) -> Report:
        """Return what was sent."""
        return Report(state.channel.traffic)

    @property
    def message(self) -> Size:
        """What one of its messages weighs."""
        return Size((2 * self.nodes**2,))

    @property
    def rounds_a_tick(self) -> int:
        """Rounds that it does whenever it is asked."""
        return self.problem.rounds

    def check(self, network: Network) -> None:
        """Refuse a delay by which too much would be under way.

        Raises:
            UsageError: it would.
        """
        self.problem.channel.require_memory(len(network.degree), 2 * self.nodes**2)

    def agree(self, state: AgreementState, kernels: Floats, network: Network) -> AgreementState:
        """Do the rounds of a tick with each robot's own kernel, (N, G^2), as its input."""
        links, rounds = self.problem.channel, self.problem.rounds
        p, e, channel = state.densities, state.integrals, state.channel
        if links.perfect:
            weights = mixing(network)
            for _ in range(rounds):
                p, e = self._advanced(p, e, kernels, p - weights @ p, e - weights @ e)
            return AgreementState(p, e, links.counted(channel, network, self.message, rounds))
        for _ in range(rounds):
            heard, channel = links.broadcast(channel, network, np.hstack([p, e]))
            if links.renewed(channel):
                apart, pull = np.hsplit(-heard.drawn(), 2)
                p, e = self._advanced(p, e, kernels, apart, pull)
        return AgreementState(p, e, channel)

    def _advanced(
        self, p: Floats, e: Floats, kernels: Floats, apart: Floats, pull: Floats
    ) -> tuple[Floats, Floats]:
        """Return p and e after a step with W p, ``apart``, and W e, ``pull``, all (N, G^2)."""
        # Proportional-integral: the integral removes the disagreement that the first leaves.
        change = self.rate * (kernels - p) - self.proportional * apart - self.integral * pull
        return p + change, e + self.integral * apart

    def _kernels(self, positions: Floats) -> Floats:
        """Return each robot's reflected kernel at the nodes, (N, G^2)."""
        bandwidth = self._bandwidth(len(positions))
        inside = np.clip(positions, -1.0, 1.0)
        x, y = (reflected_kernel(self._cells.centres, axis, bandwidth).T for axis in inside.T)
        return np.asarray((y[:, :, None] * x[:, None, :]).reshape(len(positions), -1))

    def _blurred(self, bandwidth: float) -> Floats:
        """Return p* blurred by the same kernel, at the nodes, (G, G)."""
        fine = self._fine
        kernel = reflected_kernel(self._cells.centres, fine.centres, bandwidth)
        return np.asarray(kernel @ fine.masses @ kernel.T)

    def _bandwidth(self, robots: int) -> float:
        return self.widening * standard_bandwidth(robots)

    def _tables(self, densities: Floats) -> Floats:
        return densities.reshape(-1, self.nodes, self.nodes)

    @cached_property
    def _cells(self) -> PointMasses:
        return PointMasses.of(self.problem.target, self.nodes)

    @cached_property
    def _fine(self) -> PointMasses:
        return PointMasses.of(self.problem.target, 5 * self.nodes)
