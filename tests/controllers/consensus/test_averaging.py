"""Averages over a network: what they keep, and where they end."""

import numpy as np

from bildsim.controllers.consensus.averaging import track
from tests.controllers.baselines.spectral.helpers import observe, scatter


def test_tracking_keeps_the_sum_and_finds_the_mean():
    rng = np.random.default_rng(2)
    network = observe(scatter(10), "knn:3").network
    estimates = before = rng.standard_normal((10, 4))
    for _ in range(5):
        now = rng.standard_normal((10, 4))
        estimates = track(network, estimates, before, now, 2)
        before = now
        np.testing.assert_allclose(estimates.sum(axis=0), now.sum(axis=0), atol=1e-13)
    estimates = track(network, estimates, before, before, 800)
    np.testing.assert_allclose(estimates, np.broadcast_to(before.mean(axis=0), (10, 4)), atol=1e-9)


def test_sparse_and_dense_networks_track_alike():
    """A ring of 60 is multiplied as a sparse matrix, its dense form by hand here."""
    positions = scatter(60)
    network = observe(positions, "ring").network
    old, new = positions, scatter(60, 1)
    dense = network.matrix().toarray()
    expected = dense @ (dense @ (old + (new - old)))
    np.testing.assert_allclose(track(network, old, old, new, 2), expected, atol=1e-14)
