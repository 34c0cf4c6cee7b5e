"""A target of your own: a function of the plane, an array of numbers, or a picture."""

import numpy as np
from PIL import Image, ImageDraw

from bildsim import simulate


def spiral(points):  # (..., 2) metres -> (...); it need not be normalised
    radius = np.hypot(points[..., 0], points[..., 1])
    angle = np.arctan2(points[..., 1], points[..., 0])
    return np.exp(-((np.sin(0.5 * (angle - 7.0 * radius)) / 0.3) ** 2) - radius)


heights = np.array([[1.0, 0.0], [2.0, 4.0]])  # the first row lies at the bottom, y = -1

picture = Image.new("L", (96, 96))  # bright is dense, the top row is at y = +1
ImageDraw.Draw(picture).polygon([(10, 86), (48, 10), (86, 86)], fill=255)
picture.save("triangle.png")

for target in (spiral, heights, "triangle.png"):
    result = simulate(40, target=target, dynamics="ideal", duration=5)
    print(f"{result.target.name}: W2 {result.w2[0]:.3f} -> {result.w2[-1]:.3f} m")
