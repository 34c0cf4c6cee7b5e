"""Attributions with made-up results."""

from dataclasses import replace

from bildsim.programs.attribute.ablation import Attribution, ladder, shares
from bildsim.simulation.config import RunConfig, SwarmSettings

SMALL = RunConfig(
    duration=0.4, network="ring", rounds=1, swarm=SwarmSettings(robots=5, dynamics="kinematic")
)


def result(kl, w2):
    return {
        "status": "done",
        "reason": "",
        "final": {"kl_fit": kl, "w2": w2},
        "series": {"time_s": [0.0, 1.0, 2.0], "kl_fit": [9.0, kl, kl], "w2": [9.0, w2, w2]},
    }


def attribution(seed):
    """Each step adds 0.1 nats, but the last, which takes 0.05 away."""
    steps = ladder(replace(SMALL, seed=seed))
    values = [0.1 * (k + 1) + 0.01 * seed for k in range(len(steps))]
    values[-1] = values[-2] - 0.05
    return Attribution(steps, [result(value, 2.0 * value) for value in values])


ALL = [attribution(seed) for seed in (0, 1)]
(SHARES,) = shares(ALL)
