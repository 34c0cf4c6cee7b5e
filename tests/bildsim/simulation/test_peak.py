"""The largest density that pictures of a run must show."""

import pytest

from bildsim.density.grid import Grid
from bildsim.simulation.peak import peak_density
from bildsim.targets.moving_target import MovingTarget
from bildsim.targets.target import named_target


def test_at_rest_it_is_the_target_s():
    target = named_target("gmm3")
    grid = Grid(0.05)
    assert peak_density(target, grid, 60.0) == target.on_grid(grid).max()


def test_of_a_target_that_moves_it_is_the_largest_at_any_time():
    grid, flat, steep = Grid(0.05), named_target("uniform"), named_target("gmm3")
    course = MovingTarget("up and down", lambda time_s: steep if 20.0 < time_s < 30.0 else flat)
    assert peak_density(course, grid, 60.0) == steep.on_grid(grid).max()
    assert peak_density(course, grid, 10.0) == pytest.approx(0.25)
