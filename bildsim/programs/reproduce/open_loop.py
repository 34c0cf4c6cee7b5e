"""Algorithm 1 in open loop: point robots that are where (6b) puts them, without physics.

This is how section V of the BILD-MACRO paper (arXiv 2604.11712) simulates it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.algorithm import BildMacro, Hypergradient, MacroState
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import Network, NetworkSpec, build_network, require_connected
from bildsim.targets.target import Target


@dataclass(frozen=True, eq=False)
class OpenLoop:
    """Algorithm 1 for one target on one network, and where it starts.

    Attributes:
        algorithm: Algorithm 1 with its settings.
        network: who hears whom, all along.
        positions: (N, 2) x^0 (m).
        y: (N, m) y^0.
    """

    algorithm: BildMacro
    network: Network
    positions: Floats
    y: Floats

    @classmethod
    def draw(
        cls,
        target: Target,
        settings: MacroSettings,
        robots: int,
        network: NetworkSpec,
        rng: np.random.Generator,
        family: LegendreFamily | None = None,
    ) -> OpenLoop:
        """Draw a start: x^0 uniform on C, y^0 normal, and the network where it is a random one.

        The draws do not depend on the settings: two settings with the same seed start at the same
        x^0 with the same network.

        Raises:
            UsageError: the network cannot have so many robots, or does not join them all.
        """
        family = LegendreFamily() if family is None else family
        positions = rng.uniform(-1.0, 1.0, (robots, 2))
        y = settings.y_spread * rng.standard_normal((robots, family.size))
        links = build_network(network, positions, rng)
        require_connected(links, network)
        log_target = np.log(target.on_grid(family.grid))
        return cls(BildMacro(family, log_target, settings), links, positions, y)

    def start(self) -> MacroState:
        """Return the state in round 0."""
        return self.algorithm.init(self.positions, self.y)

    def advance(self, state: MacroState, hypergradient: Hypergradient) -> MacroState:
        """Do one round: (6a) and (6b), then (7), (8), (9) at the new positions.

        While the robots only mix they wait.

        Raises:
            RunError: an estimate diverged; the sentence names the round and the robot.
        """
        waits = state.rounds < self.algorithm.settings.warmup_rounds
        positions = state.positions if waits else self.algorithm.waypoints(state, hypergradient)
        state = self.algorithm.remember(state, hypergradient)
        return self.algorithm.advance(state, positions, self.network)
