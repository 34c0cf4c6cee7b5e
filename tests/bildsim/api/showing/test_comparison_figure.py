"""The figure of a comparison."""

import io

import numpy as np

from bildsim.api.comparison import Comparison
from bildsim.api.showing.comparison_figure import comparison_figure
from bildsim.api.trials import Trial


def test_curves_have_medians_and_ends_a_mark_a_trial(small, moving):
    found = Comparison(
        [
            Trial("a", "t", "s", 0, small),
            Trial("a", "t", "s", 1, moving),
            Trial("b", "t", "s", 0, None, "no"),
        ],
        ["a", "b"],
    )
    figure = comparison_figure(found)
    divergence, distance, ends = figure.axes
    np.testing.assert_allclose(
        np.asarray(divergence.lines[0].get_ydata()),
        np.median([small.kl_fit, moving.kl_fit], axis=0),
    )
    assert len(distance.lines) == 1
    assert sorted(ends.lines[0].get_xdata()) == sorted([small.w2[-1], moving.w2[-1]])
    assert [text.get_text() for text in ends.texts] == ["failed"]
    figure.savefig(io.BytesIO())


def test_every_target_and_start_has_a_row(small):
    trials = [Trial("a", target, "s", 0, small) for target in ("t", "u")]
    assert len(comparison_figure(Comparison(trials, ["a"])).axes) == 6
