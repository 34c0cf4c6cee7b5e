"""A target that moves: a heap on an ellipse, as a function of places and time."""

import numpy as np

from bildsim import simulate


def comet(points, time_s):
    """Return the density at points (..., 2) in metres; it need not be normalised."""
    angle = 0.1 * time_s
    centre = np.array([0.5 * np.cos(angle), 0.4 * np.sin(angle)])
    return np.exp(-0.5 * np.sum((points - centre) ** 2, axis=-1) / 0.25**2)


result = simulate(30, target=comet, dynamics="ideal", duration=12)

for time_s in (0.0, 4.0, 8.0, 12.0):
    centre = result.positions(time_s).mean(axis=0)
    wanted = 0.5 * np.cos(0.1 * time_s), 0.4 * np.sin(0.1 * time_s)
    print(f"{time_s:4.0f} s: the swarm's centre is {np.linalg.norm(centre - wanted):.2f} m off")
print(f"W2 of {result.final['w2_mean']:.3f} m on average, after a quarter of the run")
