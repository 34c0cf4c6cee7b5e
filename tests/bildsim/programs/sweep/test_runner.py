"""Trials of a sweep: which there are, and that each is run once."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.metrics.reference_scores import ReferenceScores
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.engines.base import Lost
from bildsim.programs.sweep.runner import (
    check_trials,
    configurations,
    in_metres_of,
    one_of_each,
    run_missing,
)
from bildsim.programs.sweep.store import Store
from bildsim.programs.sweep.trial import RESULTS_VERSION
from bildsim.simulation.config import RobotSettings

BENCH = BenchConfig(
    planners="static,cvt",
    targets="ring",
    starts="uniform,corner",
    seeds="3,1",
    duration=0.2,
    network="complete",
    swarm=RobotSettings(robots=4, dynamics="ideal"),
)


DONE = {
    "version": RESULTS_VERSION,
    "status": "done",
    "final": {"time_s": 0.2, "kl_fit": 1.0, "w2": 0.5},
    "reason": "",
    "series": {"time_s": [0.2], "kl_fit": [1.0], "w2": [0.5]},
    "positions": [[0.0, 0.0]],
    "wall": {"total_s": 1.0, "plan_mean_ms": 0.5, "plan_median_ms": 0.5},
    "configuration": {},
}


class Direct:
    """Does tasks at once, and counts them."""

    def __init__(self, lose=()):
        self.done, self._lose = [], lose

    def results(self, tasks):
        for task in tasks:
            self.done.append(task.identity)
            if task.argument.planner in self._lose:
                yield task, Lost("its worker died")
            else:
                yield task, DONE


def ignore(*_):
    return None


def test_every_planner_with_a_seed_comes_before_the_next_seed():
    found = [(c.seed, c.swarm.start, c.planner) for c in configurations(BENCH)]
    assert found[:2] == [(3, "uniform", "static"), (3, "uniform", "cvt")]
    assert [seed for seed, *_ in found] == [3] * 4 + [1] * 4


def test_one_of_each_is_a_trial_of_every_planner():
    found = one_of_each(BENCH)
    assert [config.planner for config in found] == ["static", "cvt"]
    assert all(config in configurations(BENCH) for config in found)


def test_what_the_store_has_is_not_run_again(tmp_path):
    configs, store, first, second = (
        configurations(BENCH),
        Store(tmp_path, "bildsim.bench"),
        Direct(),
        Direct(),
    )
    counts = []
    one = run_missing(configs[:5], store, first, lambda done, failed: counts.append((done, failed)))
    two = run_missing(configs, store, second, ignore)
    assert (len(first.done), len(second.done)) == (5, 3)
    assert two[:5] == one
    assert counts == [(k, 0) for k in range(6)]


def test_equal_trials_are_run_once(tmp_path):
    engine, config = Direct(), configurations(BENCH)[0]
    results = run_missing([config, config], Store(tmp_path, "bildsim.bench"), engine, ignore)
    assert len(engine.done) == 1
    assert results[0] == results[1]


def test_a_lost_trial_is_told_but_not_kept(tmp_path):
    configs, store = configurations(BENCH)[:2], Store(tmp_path, "bildsim.bench")
    results = run_missing(configs, store, Direct(lose=("cvt",)), ignore)
    assert [result["status"] for result in results] == ["done", "failed"]
    assert "its worker died" in results[1]["reason"]
    again = Direct()
    run_missing(configs, store, again, ignore)
    assert len(again.done) == 1


def test_every_file_of_places_is_looked_at(tmp_path):
    np.save(tmp_path / "good.npy", np.linspace([-0.5, 0.0], [0.5, 0.0], 4))
    np.save(tmp_path / "bad.npy", np.linspace([-0.5, 0.0], [0.5, 0.0], 5))
    good = f"corner,{tmp_path / 'good.npy'}"
    check_trials(replace(BENCH, starts=good))
    with pytest.raises(UsageError, match=r"bad\.npy': poses of 5 robots are not possible"):
        check_trials(replace(BENCH, starts=f"{good},{tmp_path / 'bad.npy'}"))


def test_settings_that_no_trial_can_have_are_refused():
    check_trials(BENCH)
    with pytest.raises(UsageError, match=r"er:0\.001"):
        check_trials(replace(BENCH, network="er:0.001"))
    with pytest.raises(UsageError, match="cannot be imported"):
        check_trials(replace(BENCH, planners="static,no_such_module:Planner"))


def test_a_radio_that_has_no_time_is_refused_before_anything_runs():
    links = LinkSettings(radio="802.15.4")
    check_trials(replace(BENCH, links=links, planners="static"))
    with pytest.raises(UsageError, match=r"radio='802\.15\.4' is too slow"):
        check_trials(replace(BENCH, links=links, planners="static,kde_consensus"))


def test_reference_scores_are_in_metres_as_the_trials_are(tmp_path):
    score = dict.fromkeys(("kl_fit", "w2", "locational"), 0.5)
    spec = ReferenceScores(score, score, {**score, "w2": 0.25}, np.zeros((4, 2)), 0.01)
    config = configurations(BENCH)[0]
    assert in_metres_of(spec, config) is spec
    assert in_metres_of(None, config) is None
    wide = in_metres_of(spec, replace(config, swarm=replace(config.swarm, arena_width=8.0)))
    assert (wide.iid["w2"], wide.iid["locational"], wide.iid["kl_fit"]) == (2.0, 8.0, 0.5)
    assert wide.score("w2", 4.0 * 0.3) == pytest.approx(spec.score("w2", 0.3))
