"""Trials with made-up results, for tests of tables, plots and reports that need no simulation."""

import numpy as np

from bildsim.metrics.reference_scores import ReferenceScores
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.results import Results
from bildsim.programs.sweep.runner import Trial, configurations

BENCH = BenchConfig(
    planners="static,bild-macro",
    targets="ring,gmm3",
    starts="uniform,corner",
    seeds="0:3",
    duration=6.0,
)
IID, QUANTISED, LEAST_KL = 0.5, 0.1, 0.02


def w2_of(config):
    """The final w2 of a trial: static is worse, and each seed a little."""
    return 0.2 + 0.01 * config.seed + (0.6 if config.planner == "static" else 0.0)


def trial(config, failed=False):
    final = {
        "time_s": 6.0,
        "kl_fit": 0.25,
        "w2": w2_of(config),
        "js_kde": 0.1,
        "bytes_sent": 0.0 if config.planner == "static" else 1e6,
        "path_length_m": 0.5,
        "contacts": 3,
    }
    result = {
        "status": "failed" if failed else "done",
        "reason": "robot 3 is lost" if failed else "",
        "final": {} if failed else final,
        "series": {
            "time_s": [0.0, 2.0, 4.0, 6.0],
            "kl_fit": [1.0, 0.5, 0.3, 0.25],
            "w2": [1.0, 0.8, 0.6, w2_of(config)],
        },
        "positions": [[0.1 * k, -0.1 * k] for k in range(5)],
        "wall": {"total_s": 1.5, "plan_mean_ms": 0.25, "plan_median_ms": 0.125},
    }
    ends = [dict.fromkeys(("w2", "js_kde"), value) for value in (IID, 0.0, QUANTISED)]
    references = ReferenceScores(*ends, np.zeros((1, 2)), least_kl=LEAST_KL)
    return Trial(config, result, references)


def results(bench=BENCH, failing=()):
    """All trials of a comparison; those whose (planner, seed) is in ``failing`` have failed."""
    return Results(
        trial(config, (config.planner, config.seed) in failing) for config in configurations(bench)
    )
