"""Running a simulation to its end."""

import numpy as np

from bildsim.simulation.loop import Simulation


def run(config):
    """Return the simulation, closed, and all its ticks."""
    simulation = Simulation(config)
    ticks = list(simulation.ticks())
    simulation.close()
    return simulation, ticks


def poses(config):
    """Return the poses at every tick, (T + 1, N, 3)."""
    return np.array([tick.pose for tick in run(config)[1]])
