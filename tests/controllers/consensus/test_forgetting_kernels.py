"""A compiled round of the consensus that forgets, against NumPy."""

import numpy as np
import pytest

from bildsim.controllers.consensus.forgetting_kernels import dual_pass, round_pass
from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import NetworkSpec, build_network

ROBOTS, SIZE, KEEP = 12, 5, 0.9


def arguments(seed=0):
    """Return what a round is given, and copies of the arrays that it changes."""
    rng = np.random.default_rng(seed)
    network = build_network(NetworkSpec.parse("er:0.4"), rng.uniform(-1.0, 1.0, (ROBOTS, 2)), rng)
    edges = directed_edges(network)
    penalties = rng.uniform(0.1, 1.0, len(edges.keys))
    totals = np.bincount(edges.heads, penalties, minlength=ROBOTS)
    heard = rng.random(len(edges.keys)) < 0.7
    arriving, inputs, own, duals = rng.standard_normal((4, ROBOTS, SIZE))
    return edges, heard, penalties, totals, arriving, inputs, own, duals


def played(function, first=0, last=ROBOTS):
    edges, heard, penalties, totals, arriving, inputs, own, duals = arguments()
    changed, estimates = duals.copy(), np.zeros_like(own)
    function(
        first,
        last,
        edges.indptr,
        edges.tails,
        heard,
        penalties,
        totals,
        arriving,
        inputs,
        own,
        KEEP,
        changed,
        estimates,
    )
    return changed, estimates


def test_it_is_the_formula():
    edges, heard, penalties, totals, arriving, inputs, own, duals = arguments()
    apart = np.zeros_like(own)
    difference = arriving[edges.tails] - arriving[edges.heads]
    np.add.at(apart, edges.heads, (penalties * heard)[:, None] * difference)
    wanted = KEEP * duals - apart
    twice = 2.0 * totals[:, None]
    changed, estimates = played(round_pass)
    np.testing.assert_allclose(changed, wanted, rtol=0.0, atol=1e-13)
    np.testing.assert_allclose(
        estimates, (inputs - wanted + apart + twice * own) / (1.0 + twice), rtol=0.0, atol=1e-13
    )


def test_python_does_the_same():
    for compiled, plain in zip(played(round_pass), played(round_pass.py_func), strict=True):
        np.testing.assert_allclose(compiled, plain, rtol=0.0, atol=1e-13)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 7)])
def test_it_touches_its_own_robots_alone(first, last):
    *_, duals = arguments()
    changed, estimates = played(round_pass, first, last)
    others = np.r_[0:first, last:ROBOTS]
    np.testing.assert_array_equal(changed[others], duals[others])
    assert not estimates[others].any()
    assert estimates[first:last].all()


def moved(function, first=0, last=ROBOTS):
    edges, heard, penalties, *_, words, _, duals = arguments()
    duals = np.random.default_rng(1).standard_normal((len(edges.keys), SIZE))
    result = np.zeros_like(duals)
    weights = penalties * heard
    function(first, last, edges.indptr, edges.tails, weights, words, KEEP, duals, result)
    wanted = KEEP * duals - weights[:, None] * (words[edges.tails] - words[edges.heads])
    return edges, wanted, result


@pytest.mark.parametrize("function", [dual_pass, dual_pass.py_func])
def test_duals_are_the_formula(function):
    _, wanted, result = moved(function)
    np.testing.assert_allclose(result, wanted, rtol=0.0, atol=1e-13)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 7)])
def test_duals_of_other_robots_stay(first, last):
    edges, wanted, result = moved(dual_pass, first, last)
    own = (edges.heads >= first) & (edges.heads < last)
    assert not result[~own].any()
    np.testing.assert_allclose(result[own], wanted[own], rtol=0.0, atol=1e-13)
