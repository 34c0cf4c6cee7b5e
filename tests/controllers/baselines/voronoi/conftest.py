"""Points that measure cells by chance."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def darts():
    """Points spread evenly over C at random, with their squared distances left to the tests."""
    return np.random.default_rng(11).uniform(-1.0, 1.0, (200_000, 2))
