"""Places to start from: robots in a row along the lower wall, all looking up."""

import numpy as np

from bildsim import simulate

ROBOTS = 30
poses = np.zeros((ROBOTS, 3))  # x, y (m) and heading (rad); without headings they are drawn
poses[:, 0] = np.linspace(-0.9, 0.9, ROBOTS)
poses[:, 1] = -0.95
poses[:, 2] = np.pi / 2

result = simulate(ROBOTS, start=poses, target="banana", dynamics="kinematic", duration=8)

assert np.allclose(result.trajectory.pose[0], poses)
way = np.diff(result.trajectory.position, axis=0)  # (T - 1, N, 2)
print(f"they drove {np.linalg.norm(way, axis=-1).sum(axis=0).mean():.2f} m on average")
print(f"W2 {result.w2[0]:.3f} -> {result.w2[-1]:.3f} m")
