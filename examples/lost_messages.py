"""Lost messages: a third of them never arrives, and two kinds of consensus bear it or do not."""

from bildsim import compare

found = compare(
    {
        "metropolis, all arrive": {"consensus": "metropolis", "loss": 0.0},
        "metropolis, 30 % lost": {"consensus": "metropolis"},
        "admm, 30 % lost": {"consensus": "admm"},
    },
    loss=0.3,
    robots=20,
    network="knn:6",
    dynamics="ideal",
    duration=5,
    seeds=1,
    jobs=1,
)

for row in found.table:
    print(
        f"{row['label']}: KL {row['kl_fit']:.3f} nats, "
        f"of the estimates {row['kl_estimate']:.2g} nats"
    )
