"""Whether two planners differ: paired tests over seeds; and which medians may be pooled.

All planners of a sweep have the same starts and disturbances with the same seed, so their results
are compared seed by seed: differences within pairs vary far less than the results themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from bildsim.basics.arrays import Floats

CONFIDENCE, LEVEL = 0.95, 0.05
FEWEST_SEEDS = 5
"""With fewer pairs nothing is said to differ: nobody could see whether the t test may be used."""
_ORDER = 10.0
# Sums of ranks are counted exactly up to this many pairs, beyond it by the normal distribution.
_EXACT_PAIRS = 60


@dataclass(frozen=True)
class Paired:
    """What differences within pairs say.

    Attributes:
        pairs: how many, n.
        mean: mean difference.
        low: lower end of the mean's 95 % confidence interval by Student's t; NaN with one pair.
        high: upper end.
        t_p: two-sided p of the paired t test that the mean is 0; NaN with one pair.
        rank_p: two-sided p of Wilcoxon's signed-rank test that differences lie evenly about 0.
    """

    pairs: int
    mean: float
    low: float
    high: float
    t_p: float
    rank_p: float


def paired(differences: Floats) -> Paired:
    """Test differences within pairs, (n,) in the unit of the metric.

    Raises:
        ValueError: there is none, or one is not finite.
    """
    count = len(differences)
    if not count or not np.isfinite(differences).all():
        raise ValueError("there must be one or more differences, all of them finite")
    mean = float(differences.mean())
    rank_p = signed_rank(differences)
    if count == 1:
        return Paired(count, mean, math.nan, math.nan, math.nan, rank_p)
    error = float(differences.std(ddof=1)) / math.sqrt(count)
    half = float(stats.t.ppf(0.5 + 0.5 * CONFIDENCE, count - 1)) * error
    # Differences that are all alike, as of planners that stay in one place, have no error at all.
    alike = error <= 1e-12 * abs(mean)
    t_p = float(mean == 0.0) if alike else float(2.0 * stats.t.sf(abs(mean) / error, count - 1))
    return Paired(count, mean, mean - half, mean + half, t_p, rank_p)


def signed_rank(differences: Floats) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test.

    Pairs without a difference are left out and equal sizes share their mean rank (Wilcoxon,
    Individual comparisons by ranking methods, Biometrics Bulletin 1(6), 1945). The distribution of
    the sum of ranks is exact for those ranks: every sign is as likely as the other.
    """
    told = differences[differences != 0.0]
    if not told.size:
        return 1.0
    if told.size > _EXACT_PAIRS:
        return float(stats.wilcoxon(told, method="approx").pvalue)
    # Twice the ranks, which shared ones make whole numbers.
    ranks = np.rint(2.0 * stats.rankdata(np.abs(told))).astype(np.int64)
    ways = np.zeros(int(ranks.sum()) + 1)
    ways[0] = 1.0
    for rank in ranks:
        ways[rank:] = ways[rank:] + ways[:-rank]
    positive = int(ranks[told > 0.0].sum())
    smaller = min(positive, int(ranks.sum()) - positive)
    share = float(ways[: smaller + 1].sum()) / 2.0 ** len(told)
    return min(1.0, 2.0 * share)


def holm(chances: Sequence[float]) -> list[float]:
    """Return p values adjusted for there being several; those that are NaN stay and do not count.

    Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6(2), 1979: the chance of even one false alarm stays below the level.
    """
    order = sorted((p, number) for number, p in enumerate(chances) if not math.isnan(p))
    adjusted, largest = [math.nan] * len(chances), 0.0
    for place, (p, number) in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - place) * p))
        adjusted[number] = largest
    return adjusted


def seeds_needed(comparisons: int) -> int:
    """Return with how many seeds even the signed-rank test can tell that many planners apart.

    The least p that n pairs can have is 2^(1 - n), and the first of Holm's steps multiplies it with
    the number of comparisons.
    """
    return max(FEWEST_SEEDS, math.ceil(1.0 + math.log2(max(1, comparisons) / LEVEL)))


def comparable(medians: Sequence[float], *, score: bool = False) -> bool:
    """Whether results from several starts may be pooled: a median over all would mean something.

    Args:
        medians: one a start.
        score: whether they are scores, which have a zero: these may differ by the way from random
            draws to the best known placement, 1. All others may differ by a factor of ten.
    """
    if len(medians) < 2:
        return True
    if not all(map(math.isfinite, medians)):
        return False
    low, high = min(medians), max(medians)
    if score:
        return high - low <= 1.0
    sizes = sorted(map(abs, medians))
    return low == high or (low * high > 0.0 and sizes[-1] <= _ORDER * sizes[0])
