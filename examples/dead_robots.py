"""Dead robots: three of ten stop and fall silent halfway, and the others close the gaps."""

from bildsim import simulate

result = simulate(
    30,
    target="gmm3",
    dead="0.3@6",  # a share of all robots, and when (s)
    consensus="admm",  # forgets who died
    dynamics="ideal",
    duration=12,
    metrics_period=0.5,
)

for time_s, active, w2 in zip(result.time_s, result.active, result.w2, strict=True):
    if time_s % 2 == 0:
        print(f"{time_s:4.0f} s: {active:3.0f} robots, W2 {w2:.3f} m")
