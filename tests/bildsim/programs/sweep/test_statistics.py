"""Paired tests, by hand and against SciPy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bildsim.programs.sweep.statistics import (
    FEWEST_SEEDS,
    comparable,
    holm,
    paired,
    seeds_needed,
    signed_rank,
)

samples = st.lists(st.integers(-50, 50), min_size=2, max_size=12).map(
    lambda values: np.array(values, dtype=float)
)


def test_the_interval_and_the_t_test_by_hand():
    # Mean 2, standard deviation 1, n = 3: 2 -+ 4.3027 / sqrt(3), t = 2 sqrt(3) with 2 degrees.
    found = paired(np.array([1.0, 2.0, 3.0]))
    assert (found.pairs, found.mean) == (3, 2.0)
    assert (found.low, found.high) == pytest.approx((2.0 - 2.484138, 2.0 + 2.484138), abs=1e-5)
    t = 2.0 * math.sqrt(3.0)
    assert found.t_p == pytest.approx(1.0 - t / math.sqrt(2.0 + t * t), abs=1e-12)
    # The one way of eight in which all three are positive, and its mirror image.
    assert found.rank_p == 0.25


@given(samples)
def test_the_t_test_is_scipys(values):
    found = paired(values)
    if values.std() == 0.0:
        assert found.t_p == (1.0 if values[0] == 0.0 else 0.0)
        assert found.low == found.mean == found.high
        return
    other = stats.ttest_1samp(values, 0.0)
    assert found.t_p == pytest.approx(other.pvalue, rel=1e-9, abs=1e-300)
    interval = other.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)


@given(st.lists(st.floats(-9.0, 9.0), min_size=1, max_size=12, unique_by=abs))
def test_without_ties_the_signed_rank_test_is_scipys(values):
    differences = np.array([value for value in values if value])
    if differences.size:
        expected = stats.wilcoxon(differences, method="exact").pvalue
        assert signed_rank(differences) == pytest.approx(expected, rel=1e-12)


@given(samples)
def test_with_ties_it_counts_all_ways_to_give_signs(values):
    told = values[values != 0.0]
    if not told.size:
        assert signed_rank(values) == 1.0
        return
    ranks = stats.rankdata(np.abs(told))
    signs = (np.arange(2**told.size)[:, None] >> np.arange(told.size)) & 1
    sums = signs @ ranks
    own = ranks[told > 0.0].sum()
    smaller = min(own, ranks.sum() - own)
    share = (sums <= smaller + 1e-9).mean()
    assert signed_rank(values) == pytest.approx(min(1.0, 2.0 * share), rel=1e-12)


def test_many_pairs_are_close_to_the_exact_distribution():
    rng = np.random.default_rng(0)
    values = rng.normal(0.3, 1.0, 80)
    exact = stats.wilcoxon(values, method="exact").pvalue
    assert signed_rank(values) == pytest.approx(exact, abs=2e-3)


@given(samples)
def test_the_other_way_round_everything_is_the_same(values):
    here, there = paired(values), paired(-values)
    assert (here.t_p, here.rank_p) == (there.t_p, there.rank_p)
    assert (here.low, here.high) == (-there.high, -there.low)


def test_one_pair_has_no_interval_and_none_is_refused():
    found = paired(np.array([0.5]))
    assert (found.mean, found.rank_p) == (0.5, 1.0)
    assert all(map(math.isnan, (found.low, found.high, found.t_p)))
    for wrong in ([], [1.0, math.inf], [math.nan]):
        with pytest.raises(ValueError, match="finite"):
            paired(np.array(wrong))


def test_holms_steps_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, math.nan, 0.01])[0::2] == [0.5, 0.02]
    assert math.isnan(holm([0.5, math.nan])[1])
    assert holm([]) == []


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_never_makes_p_smaller(chances):
    adjusted = holm(chances)
    assert all(before <= after <= 1.0 for before, after in zip(chances, adjusted, strict=True))
    assert max(adjusted) >= min(1.0, len(chances) * min(chances))
    order = np.argsort(chances, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0.0).all()


@pytest.mark.parametrize("comparisons", [1, 2, 4, 11, 16])
def test_seeds_that_would_do_are_the_fewest_with_which_ranks_can_tell(comparisons):
    seeds = seeds_needed(comparisons)
    least = [signed_rank(np.arange(1.0, count + 1.0)) for count in (seeds - 1, seeds)]
    adjusted = [holm([p] * comparisons)[0] for p in least]
    assert adjusted[1] <= 0.05 < adjusted[0]
    assert seeds > FEWEST_SEEDS


@pytest.mark.parametrize(
    ("medians", "score", "said"),
    [
        ([], False, True),
        ([0.3], False, True),
        ([0.1, 1.0], False, True),
        ([0.1, 1.01], False, False),
        ([0.0, 0.0], False, True),
        ([0.0, 0.1], False, False),
        ([-0.1, 0.1], False, False),
        ([0.1, math.inf], False, False),
        ([0.9, -0.1], True, True),
        ([0.9, -0.2], True, False),
        ([0.001, 0.9], True, True),
        ([-9.0, -1.0], True, False),
    ],
)
def test_what_may_be_pooled(medians, score, said):
    assert comparable(medians, score=score) == said
