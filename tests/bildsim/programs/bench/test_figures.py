"""Which plots a benchmark has."""

from bildsim.programs.bench.figures import drawings
from tests.bildsim.programs.made_trials import BENCH, results


def test_scores_curves_costs_and_ends():
    names = [name for name, *_ in drawings(results(), BENCH)]
    assert names == [
        *("score_w2", "score_js_kde", "time_ring", "time_gmm3", "cost"),
        *("final_uniform", "final_corner"),
    ]


def test_each_draws_its_own_figure():
    for _, title, caption, draw in drawings(results(), BENCH):
        assert title
        assert caption.endswith(".")
        assert draw().axes


def test_where_nothing_was_done_there_is_nothing_to_draw():
    failing = {(planner, seed) for planner in ("static", "bild-macro") for seed in range(3)}
    assert not list(drawings(results(failing=failing), BENCH))
