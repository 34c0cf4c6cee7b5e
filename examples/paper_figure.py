"""A figure for a paper: the swarm at four moments, with the density that it has, as a PDF."""

import numpy as np
from matplotlib.figure import Figure

from bildsim import simulate

result = simulate(60, target="gmm3", start="corner", dynamics="ideal", duration=15)
x = result.nodes  # (G,) metres

figure = Figure(figsize=(7.0, 2.0), layout="constrained")
for axes, time_s in zip(figure.subplots(1, 4), (0.0, 3.0, 6.0, 15.0), strict=True):
    axes.contourf(x, x, result.target_density(time_s), 12, cmap="Blues")
    axes.contour(x, x, result.density(time_s), 5, colors="black", linewidths=0.5)
    axes.plot(*result.positions(time_s).T, "o", color="#d55e00", ms=1.5)
    axes.set(xticks=[], yticks=[], aspect="equal", title=f"{time_s:g} s")
figure.savefig("paper_figure.pdf")

late = result.kl_fit[result.time_s >= 10]
print(f"KL over the last five seconds: {np.mean(late):.4f} nats")
