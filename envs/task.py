"""The task of a swarm: the density it is to take, how its own is measured, and the reward.

The environment owns time and physics; the task owns what they mean. It knows positions and the
time, and neither robots nor engines.
"""

import copy
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.density.exact_fit import ExactFit
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.masked import avoiding
from bildsim.targets.moving_target import AnyTarget
from bildsim.targets.target import Target

Reward: TypeAlias = Literal["negative_kl", "decrease"]


class DensityTask:
    """To take a target density, measured by the exponential family's exact fit to the positions.

    Attributes:
        target: p*, which may move; where the family's obstacles are it is 0.
        family: the exponential family in which the swarm's density is fitted.
        present: p* at the moment of the last `look_at_target`.
        density: the same on the family's grid, (G, G) (1/m^2).
        folded_target: its logarithm as the fit takes it.
        fitting: the fit.
        target_statistics: E_p*[phi], (m,), where the swarm's statistics should end.

    Args:
        target: p*.
        family: the exponential family.
        regularisation: w, the ridge of the fit.
        reward: ``negative_kl`` or ``decrease``.
    """

    def __init__(
        self,
        target: AnyTarget,
        family: LegendreFamily,
        regularisation: float,
        reward: Reward = "negative_kl",
    ) -> None:
        self.target, self.family = avoiding(target, family.obstacles), family
        self.fitting, self._reward = ExactFit(family, regularisation), reward
        self._fits, self._kl_before = self.fitting.begin(1), np.inf
        self._take(self.target.at(0.0))

    def towards(self, target: AnyTarget) -> "DensityTask":
        """Return the same task with another target."""
        other = copy.copy(self)
        other.target = avoiding(target, self.family.obstacles)
        other._fits, other._kl_before = self.fitting.begin(1), np.inf
        other._take(other.target.at(0.0))
        return other

    def begin(self) -> None:
        """Begin an episode: the next fit does not start from the last one."""
        self._fits = self.fitting.begin(1)._replace(kl=self._fits.kl)

    @property
    def theta(self) -> Floats:
        """(m,) natural parameters of the last fit; zeros, the uniform density, before."""
        return np.asarray(self._fits.theta[0])

    @property
    def kl(self) -> float:
        """KL(p(.; theta) || p*) of the last fit (nats); infinite before."""
        return float(self._fits.kl[0])

    def look_at_target(self, time_s: float) -> None:
        """Go by the target of this moment (s) from now on."""
        target = self.target.at(time_s)
        # Targets at rest hand out the same object each time: the tables below are made once.
        if target is not self.present:
            self._take(target)

    def statistics(self, positions: Floats) -> Floats:
        """Return the mean of phi over positions, (..., N, 2) in m, as (..., m)."""
        # Pressed against a wall a centre is a few micrometres outside C, where phi may exceed 1.
        inside = np.clip(positions, -1.0, 1.0)
        return np.asarray(self.family.statistics(inside).mean(axis=-2))

    def measure(self, positions: Floats) -> Floats:
        """Fit the density of the positions, (N, 2) in m, and return their statistics, (m,).

        The fit minimises the ridge-regularised negative log-likelihood exactly, as the lower level
        of the paper does (arXiv 2604.11712); it starts from the last one, which is near.
        """
        statistics = self.statistics(positions)
        self._kl_before = self.kl
        self.fitting.fit(0, 1, statistics[None], self.folded_target, self._fits)
        return statistics

    def reward(self) -> float:
        """Return the reward for the step that led to the last measurement (nats)."""
        return float(self.reward_of(self._kl_before, self.kl))

    def reward_of(self, before: Any, after: Any) -> Any:
        """Return the reward for steps that changed the KL so: numbers or arrays (nats)."""
        return before - after if self._reward == "decrease" else -after

    def restore(self, theta: Floats, kl: float) -> None:
        """Be as when the last fit was ``theta``, (m,), with this KL (nats)."""
        self._fits = self.fitting.begin(1)
        self._fits.theta[0], self._fits.kl[0] = theta, kl

    def _take(self, target: Target) -> None:
        """Make the tables that go with a target."""
        self.present = target
        self.density = target.on_grid(self.family.grid)
        self.folded_target = self.fitting.folded(target.log_on_grid(self.family.grid))
        # E_p*[phi] by the quadrature of the family's grid.
        weights = self.density * self.family.grid.area_weights
        self.target_statistics = np.asarray(np.tensordot(weights, self._grid_statistics, axes=2))

    @cached_property
    def _grid_statistics(self) -> Floats:
        return self.family.statistics(self.family.grid.points)
