"""A first run: forty robots take the shape of a ring, and a figure shows how."""

from bildsim import simulate

result = simulate(robots=40, target="ring", dynamics="kinematic", duration=10)

print(result)
print(f"KL divergence: {result.kl_fit[0]:.2f} -> {result.kl_fit[-1]:.3f} nats")
print(f"every tick: {result.trajectory}")

result.plot().savefig("first_run.png")
