"""What the judges' values are worth: random draws from p* at one end, the best places at the other.

A judge's value alone says little: 0.1 m of w2 is good for a wide target and 25 robots, poor for a
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
from bildsim.density.legendre_family import REGULARISATION, LegendreFamily
from bildsim.metrics.position_metrics import POSITION_JUDGES, Judge, kl_fit
from bildsim.metrics.settling_time import KL_MARGIN
from bildsim.targets.quantisation import quantise
from bildsim.targets.sampling import Sampler
from bildsim.targets.target import Target

FLOOR_JUDGES = ("kl_fit", *POSITION_JUDGES)
"""The judges that have floors; the names are those of the columns of metrics.csv."""


@dataclass(frozen=True, eq=False)
class Floors:
    """The two values between which a judge's scale runs, for one target and number of robots.

    The best placement is best for w2. Another judge may know a better one, the locational cost
    above all, which need not match p* at all; then scores above 1 are possible.

    Attributes:
        iid: by judge the mean over independent draws of N positions from p*.
        iid_error: by judge the standard error of that mean.
        quantised: by judge the value of ``placement``.
        placement: (N, 2) the best known places, in metres; see `bildsim.targets.quantisation`.
        least_kl: least kl_fit that the family allows for any positions (nats).
    """

    iid: Mapping[str, float]
    iid_error: Mapping[str, float]
    quantised: Mapping[str, float]
    placement: Floats
    least_kl: float

    def score(self, judge: str, value: float) -> float:
        """Return (iid - value) / (iid - quantised): 0 for random draws, 1 for the best placement.

        Args:
            judge: one of ``FLOOR_JUDGES``.
            value: what it said of a swarm.
        """
        return (self.iid[judge] - value) / (self.iid[judge] - self.quantised[judge])

    def scores(self, final: Mapping[str, Any]) -> dict[str, float]:
        """Return the score by judge of a row of measurements, of the judges that are in it."""
        known = self.iid.keys() & self.quantised.keys() & final.keys()
        return {judge: self.score(judge, float(final[judge])) for judge in sorted(known)}

    @property
    def thresholds(self) -> dict[str, float]:
        """By judge the value under which a swarm has settled.

        Halfway between the two ends, a score of 1/2; for kl_fit 0.02 nats above the least that
        the family allows. They are fixed by the target, the number of robots and the draws, so
        every planner is held to the same ones.
        """
        halfway = {judge: 0.5 * (self.iid[judge] + self.quantised[judge]) for judge in self.iid}
        return {**halfway, "kl_fit": self.least_kl + KL_MARGIN}


def floors(
    target: Target, robots: int, family: LegendreFamily, seed: int = 0, draws: int = 50
) -> Floors:
    """Compute the floors of every judge.

    Takes some ten seconds for 100 robots and a minute for a thousand, most of it the placement
    (``python -m benchmarks.floors``). The same arguments give the same bits.

    Args:
        target: p*.
        robots: N.
        family: the density family of kl_fit, fitted with the default ridge.
        seed: of the draws and of where the placement starts.
        draws: how many swarms are drawn; with 50 the means' standard errors are 1 to 4 % for most
            judges and up to 9 % for energy and ergodic.

    Raises:
        UsageError: there are fewer than 1 robot or 2 draws.
        RunError: the transport solver did not reach the optimum.
    """
    if robots < 1:
        raise UsageError(f"floors of {robots} robots are not possible: it must be 1 or more")
    if draws < 2:
        raise UsageError(f"floors from {draws} draws are not possible: it must be 2 or more")
    of_draws, of_places = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(2))
    judges = _Judges(target, family)
    sampler = Sampler(target)
    drawn = [judges.values(sampler.draw(robots, of_draws)) for _ in range(draws)]
    columns = {judge: np.array([values[judge] for values in drawn]) for judge in FLOOR_JUDGES}
    placement = quantise(target, robots, of_places)
    return Floors(
        iid={judge: float(column.mean()) for judge, column in columns.items()},
        iid_error={
            judge: float(column.std(ddof=1)) / math.sqrt(draws) for judge, column in columns.items()
        },
        quantised=judges.values(placement),
        placement=placement,
        least_kl=family.least_kl(judges.log_target)[1],
    )


class _Judges:
    """All judges of one target by name, kl_fit among them."""

    def __init__(self, target: Target, family: LegendreFamily) -> None:
        self._judge, self._family = Judge.of(target), family
        self.log_target = np.log(target.on_grid(family.grid))

    def values(self, positions: Floats) -> dict[str, float]:
        fitted = kl_fit(positions, self._family, self.log_target, REGULARISATION)
        return {"kl_fit": fitted, **self._judge.values(positions)}
