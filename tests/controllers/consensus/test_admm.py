"""ADMM consensus: each robot's own optimality, penalties by degree, and what new edges change."""

import numpy as np
import pytest

from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.network.directed_edges import directed_edges
from tests.controllers.consensus.played_rounds import LOSSY, ROBOTS, RULES, SIZE, churn, draw


@pytest.mark.parametrize("fixed", [False, True])
def test_penalties_are_known_to_both_ends_of_an_edge(fixed):
    rng = np.random.default_rng(0)
    network = draw("er:0.4", rng)
    edges, degree = directed_edges(network), network.degree
    state = AdmmConsensus(3.0, fixed=fixed).init(np.zeros((ROBOTS, SIZE)), network)
    larger = np.maximum(degree[edges.heads], degree[edges.tails])
    assert state.penalties == pytest.approx(np.full(len(larger), 3.0) if fixed else 3.0 / larger)
    assert (state.penalties == state.penalties[edges.reverse]).all()


def test_other_edges_and_penalties_change_no_estimate_by_themselves():
    """A new edge starts at z_ij = rho_ij s_i, which is what s_i would be without it."""
    rng, rule = np.random.default_rng(1), AdmmConsensus()
    few, inputs = draw("ring", rng), rng.standard_normal((ROBOTS, SIZE))
    state = rule.init(inputs, few)
    many = draw("complete", rng)
    followed = rule._followed(state, rule._links(many))
    assert len(followed.keys) > len(state.keys)
    np.testing.assert_allclose(followed.estimates, state.estimates, rtol=0, atol=1e-13)
    back = rule._followed(followed, rule._links(few))
    np.testing.assert_allclose(back.estimates, state.estimates, rtol=0, atol=1e-13)


def test_admms_estimates_solve_each_robots_own_problem_at_all_times():
    """s_i (1 + sum_j rho_ij) = u_i + sum_j z_ij, of which the law of the mean is the sum."""

    def check(state, inputs, network):
        edges = directed_edges(network)
        for i in range(ROBOTS):
            row = slice(edges.indptr[i], edges.indptr[i + 1])
            left = state.estimates[i] * (1.0 + state.penalties[row].sum())
            right = inputs[i] + state.auxiliary[row].sum(axis=0)
            np.testing.assert_allclose(left, right, atol=1e-12)

    churn(RULES["admm"], np.random.default_rng(4), LOSSY, check)
