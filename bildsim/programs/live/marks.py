"""What a live view shows of a tick: states, network and densities, as arrays."""

from __future__ import annotations

import numpy as np

from bildsim.basics.arrays import Floats, Image, Ints
from bildsim.drawing.palette import (
    MUTED,
    ROBOT,
    ROBOT_CONTACT,
    ROBOT_OUTSIDE,
    ROBOT_RIM,
    ROBOT_SATURATED,
    heat_colours,
)
from bildsim.drawing.palette import WALL as WALL
from bildsim.network.graph import Network
from bildsim.simulation.tick import Tick

MOST_EDGES = 400
"""Of more edges an even choice is shown: all of them would hide the robots, and cost time."""
STATES = ("free", "touching", "dead or not there yet")
STATE_COLOURS: Image = np.array([ROBOT, ROBOT_CONTACT, ROBOT_OUTSIDE], dtype=np.uint8)
FRONT = ROBOT_RIM
WAYPOINT = (*ROBOT_SATURATED, 200)
NETWORK = (*MUTED, 60)
_COLOURS = heat_colours()


def states(tick: Tick) -> Ints:
    """Return each robot's state, (N,), as its place in `STATES`."""
    found: Ints = (tick.touching_robot | tick.touching_wall).astype(np.int64)
    found[~tick.active] = STATES.index("dead or not there yet")
    return found


def edges(network: Network) -> Ints:
    """Return pairs of robots that hear each other, (E, 2), each once; of many an even choice."""
    rows = np.repeat(np.arange(len(network.degree)), np.diff(network.indptr))
    once = rows < network.indices
    pairs: Ints = np.stack([rows[once], network.indices[once]], axis=-1)
    if len(pairs) > MOST_EDGES:
        pairs = pairs[np.linspace(0, len(pairs) - 1, MOST_EDGES).astype(np.intp)]
    return pairs


def places(tick: Tick) -> Floats | None:
    """Return where the network's robots are, (n, 2), m; None if somebody came or died just now."""
    here, robots = tick.pose[:, :2], len(tick.network.degree)
    if robots == len(here):
        return here
    return here[tick.active] if robots == tick.active.sum() else None


def painted(density: Floats, peak: float) -> Image:
    """Return a density (G, G), element [i, j] at (x_j, y_i), in the video's colours, (G, G, 3)."""
    levels = np.clip(density * (255.0 / peak), 0.0, 255.0).astype(np.uint8)
    return _COLOURS[levels]
