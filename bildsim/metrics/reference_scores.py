"""Reference scores: what random draws from p* and the best known placement score.

A metric's value alone says little: 0.1 m of w2 is good for a wide target and 25 robots, poor for a
narrow one and 400. Between the two ends it becomes a score without unit that can be compared over
targets and numbers of robots (Anderson, Loeser, Gee, Ren, Biswas, Turanova, Haberland and Bertozzi
2019).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.density.ridge import REGULARISATION
from bildsim.metrics.position_metrics import POSITION_METRICS, PositionMetrics, kl_fit
from bildsim.metrics.settling_time import KL_MARGIN
from bildsim.targets.quantisation import quantise
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import Target

SCORED_METRICS = ("kl_fit", *POSITION_METRICS)
"""The metrics that have reference scores; the names are those of the columns of metrics.csv."""


@dataclass(frozen=True, eq=False)
class ReferenceScores:
    """The two values between which a metric's scale runs, for one target and number of robots.

    The best placement is best for w2. Another metric may know a better one, the locational cost
    above all, which need not match p* at all; then scores above 1 are possible.

    Attributes:
        iid: by metric the mean over independent draws of N positions from p*.
        iid_error: by metric the standard error of that mean.
        quantised: by metric the value of ``placement``.
        placement: (N, 2) the best known places, in metres; see `bildsim.targets.quantisation`.
        least_kl: least kl_fit that the family allows for any positions (nats).
    """

    iid: Mapping[str, float]
    iid_error: Mapping[str, float]
    quantised: Mapping[str, float]
    placement: Floats
    least_kl: float

    def score(self, metric: str, value: float) -> float:
        """Return (iid - value) / (iid - quantised): 0 for random draws, 1 for the best placement.

        Args:
            metric: one of ``SCORED_METRICS``.
            value: what it said of a swarm.
        """
        return (self.iid[metric] - value) / (self.iid[metric] - self.quantised[metric])

    def scores(self, final: Mapping[str, Any]) -> dict[str, float]:
        """Return the score by metric of a row of measurements, of the metrics that are in it."""
        known = self.iid.keys() & self.quantised.keys() & final.keys()
        return {metric: self.score(metric, float(final[metric])) for metric in sorted(known)}

    @property
    def thresholds(self) -> dict[str, float]:
        """By metric the value under which a swarm has settled.

        Halfway between the two ends, a score of 1/2; for kl_fit 0.02 nats above the least that
        the family allows. They are fixed by the target, the number of robots and the draws, so
        every planner is held to the same ones.
        """
        halfway = {metric: 0.5 * (self.iid[metric] + self.quantised[metric]) for metric in self.iid}
        return {**halfway, "kl_fit": self.least_kl + KL_MARGIN}


def reference_scores(
    target: Target, robots: int, family: LegendreFamily, seed: int = 0, draws: int = 50
) -> ReferenceScores:
    """Compute the reference scores of every metric.

    Takes some ten seconds for 100 robots and a minute for a thousand, most of it the placement
    (``python -m benchmarks.reference_scores``). The same arguments give the same bits.

    Args:
        target: p*.
        robots: N.
        family: the density family of kl_fit, fitted with the default ridge.
        seed: of the draws and of where the placement starts.
        draws: how many swarms are drawn; with 50 the means' standard errors are 1 to 4 % for most
            metrics and up to 9 % for energy and ergodic.

    Raises:
        UsageError: there are fewer than 1 robot or 2 draws.
        RunError: the transport solver did not reach the optimum.
    """
    if robots < 1:
        raise UsageError("{robots} is not possible: it must be 1 or more", robots=robots)
    if draws < 2:
        raise UsageError("{draws} is not possible: it must be 2 or more", draws=draws)
    of_draws, of_places = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(2))
    metrics = _ScoredMetrics(target, family)
    sampler = Sampler(target)
    drawn = [metrics.values(sampler.draw(robots, of_draws)) for _ in range(draws)]
    columns = {metric: np.array([values[metric] for values in drawn]) for metric in SCORED_METRICS}
    placement = quantise(target, robots, of_places)
    return ReferenceScores(
        iid={metric: float(column.mean()) for metric, column in columns.items()},
        iid_error={
            metric: float(column.std(ddof=1)) / math.sqrt(draws)
            for metric, column in columns.items()
        },
        quantised=metrics.values(placement),
        placement=placement,
        least_kl=family.least_kl(metrics.log_target)[1],
    )


class _ScoredMetrics:
    """All metrics of one target by name, kl_fit among them."""

    def __init__(self, target: Target, family: LegendreFamily) -> None:
        self._metric, self._family = PositionMetrics.of(target), family
        self.log_target = target.log_on_grid(family.grid)

    def values(self, positions: Floats) -> dict[str, float]:
        fitted = kl_fit(positions, self._family, self.log_target, REGULARISATION)
        return {"kl_fit": fitted, **self._metric.values(positions)}
