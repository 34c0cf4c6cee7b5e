"""Mixtures that are drawn are densities, differ, and come again with their seed."""

import pickle

import numpy as np

from bildsim.density.grid import Grid
from bildsim.targets.random_mixture import MOST_PARTS, parts_of, random_mixture
from bildsim.targets.target import named_target, target_from_function


def test_mixtures_are_densities_of_one_to_four_parts():
    rng, counts = np.random.default_rng(0), set()
    for _ in range(40):
        target = random_mixture(rng)
        counts.add(len(parts_of(target)))
        again = target_from_function(target.shape)
        np.testing.assert_allclose(target.mass, again.mass, rtol=1e-4)
        assert (np.abs([part.mean for part in parts_of(target)]) <= 0.75).all()
    assert counts == set(range(1, MOST_PARTS + 1))


def test_a_seed_gives_the_same_mixture_and_another_another():
    one, same, other = (random_mixture(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert parts_of(one) == parts_of(same) != parts_of(other)


def test_a_mixture_can_be_pickled():
    target = random_mixture(np.random.default_rng(3))
    copied = pickle.loads(pickle.dumps(target))
    grid = Grid(0.1)
    np.testing.assert_array_equal(copied.on_grid(grid), target.on_grid(grid))


def test_other_targets_have_no_parts():
    assert parts_of(named_target("ring")) == ()
    assert parts_of(named_target("expfam")) == ()
