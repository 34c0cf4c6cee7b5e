"""What the tests of the drawing share: a target, a state of the swarm, and where things appear."""

import numpy as np

from bildsim.drawing import FrameState, TopView
from bildsim.drawing.heatmap import ArenaMap

NODES = 21
RADIUS = 0.05


def bump(x, y, nodes=NODES):
    axis = np.linspace(-1.0, 1.0, nodes)
    across, up = np.meshgrid(axis, axis)
    return 0.01 + np.exp(-((across - x) ** 2 + (up - y) ** 2) / (2 * 0.2**2))


def state(poses=((0.0, 0.0, 0.0),), contact=None, saturated=None, time_s=0.0, **more):
    poses = np.array(poses, dtype=float).reshape(-1, 3)
    none = np.zeros(len(poses), dtype=bool)
    return FrameState(
        time_s=time_s,
        poses=poses,
        contact=none if contact is None else np.array(contact),
        saturated=none if saturated is None else np.array(saturated),
        **more,
    )


def view(**more):
    options = {"target": bump(0.5, 0.6), "radius": RADIUS, "duration_s": 60.0, **more}
    return TopView(**options)


def left_panel(frame):
    """Return the panel of the arena, in which C spans all but a narrow border."""
    return frame[52:696, 24:668]


def place(x, y, side=644, radius=RADIUS):
    arena = ArenaMap(0, 0, side, radius)
    column, row = np.rint(arena.to_pixels(np.array([x, y]))).astype(int)
    return row, column


def colour_at(panel, x, y):
    return panel[place(x, y)].astype(int)


def near(colour, expected, tolerance=12):
    return np.abs(np.asarray(colour, int) - expected).max() <= tolerance
