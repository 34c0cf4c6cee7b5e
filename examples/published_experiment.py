"""A published experiment again: eight robots of the Robotarium cover a field by Lloyd's method."""

import matplotlib.pyplot as plt
import numpy as np

from bildsim import simulate

UNIT, HALF = 1.6, np.array([1.42, 0.82])  # half an arena of 3.2 m, and the field's half sides (m)
PEAKS = np.array([[-0.92, 0.43], [0.02, -0.50], [0.91, 0.31], [0.10, 0.47]])  # of the density (m)
WIDTHS = np.array([[0.31, 0.24], [0.36, 0.22], [0.29, 0.30], [0.58, 0.16]])  # (m)
X = [-1.134, -0.400, 0.376, 1.168, -1.131, -0.366, 0.372, 1.139]  # where robots start (m)
Y = [0.608, 0.621, 0.601, 0.611, -0.625, -0.606, -0.602, -0.603]
START = np.array([X, Y, [-0.45, -1.10, -2.05, -2.70, 0.45, 1.10, 2.05, 2.70]]).T
PUBLISHED = {0: 0.1330, 1: 0.1033, 2: 0.0877, 3: 0.0837, 5: 0.0826, 10: 0.0825}  # s: m^2


def density(points):  # at points of the real field, (..., 2)
    away = (points[..., None, :] - PEAKS) / WIDTHS
    value = 0.18 + np.exp(-0.5 * (away**2).sum(axis=-1)) @ [1.15, 0.95, 1.08, 0.42]
    return np.where((np.abs(points) <= HALF).all(axis=-1), value, 0.0)


def cost(positions):  # mean squared distance to the nearest robot (m^2)
    x, y = (np.linspace(-1 + 1 / n, 1 - 1 / n, n) for n in (45, 27))
    points = HALF * np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    nearest = np.linalg.norm(points[:, None] - positions, axis=-1).min(axis=1)
    return np.average(nearest**2, weights=density(points))


robot = {"robot": "gternal", "max_speed": 0.11, "arena_width": 2 * UNIT, "duration": 10}
places = START / [UNIT, UNIT, 1]
result = simulate(8, target=lambda at: density(UNIT * at), planner="cvt", start=places, **robot)
costs = [cost(UNIT * now) for now in result.trajectory.position]
for time_s, published in PUBLISHED.items():
    print(f"{time_s:2d} s: {costs[10 * time_s]:.4f} m^2, published {published:.4f}")

plt.plot(result.trajectory.time_s, costs)
plt.plot(list(PUBLISHED), list(PUBLISHED.values()), "o")
plt.savefig("published_experiment.png")
