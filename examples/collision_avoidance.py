"""Collision avoidance between tracking and wheels: how often robots touch, with it and without."""

from bildsim import simulate

for safety in ("none", "cbf", "orca"):
    result = simulate(
        24,
        target="gmm3",
        start="corner",
        safety=safety,
        dynamics="kinematic",
        duration=4,
        metrics_period=0.5,
    )
    print(
        f"{safety}: {result.contacts.mean():.1f} touching pairs on average, "
        f"W2 {result.w2[-1]:.3f} m at the end"
    )
