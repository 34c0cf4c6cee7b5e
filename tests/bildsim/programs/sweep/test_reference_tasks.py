"""Reference scores as tasks that are computed once and kept."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bildsim.metrics.reference_scores import ReferenceScores
from bildsim.programs.sweep import reference_tasks
from bildsim.programs.sweep.reference_tasks import (
    ReferenceSpec,
    compute_reference_scores,
    read_reference_scores,
)
from bildsim.simulation.config import RunConfig, SwarmSettings

CONFIG = RunConfig(target="ring", swarm=SwarmSettings(robots=4))


def test_only_what_scores_depend_on_tells_them_apart():
    spec = ReferenceSpec.of(CONFIG)
    for other in (
        replace(CONFIG, planner="cvt"),
        replace(CONFIG, seed=9),
        replace(CONFIG, rounds=1),
    ):
        assert ReferenceSpec.of(other) == spec
    more = replace(CONFIG, swarm=SwarmSettings(robots=5))
    for other in (replace(CONFIG, target="gmm3"), more):
        assert ReferenceSpec.of(other) != spec
        assert ReferenceSpec.of(other).identity != spec.identity


def test_a_target_that_moves_is_scored_where_it_is_at_the_end():
    moving = replace(CONFIG, target="moving_gauss")
    assert ReferenceSpec.of(CONFIG).at_s is None
    assert ReferenceSpec.of(moving).at_s == moving.duration
    later = replace(moving, duration=30.0)
    assert ReferenceSpec.of(later).identity != ReferenceSpec.of(moving).identity


def test_scores_survive_being_stored_as_json(monkeypatch):
    made = ReferenceScores(
        {"w2": 0.5}, {"w2": 0.01}, {"w2": 0.1}, np.array([[0.1, 0.2]]), float("inf")
    )
    monkeypatch.setattr(reference_tasks, "reference_scores", lambda *_: made)
    stored = json.loads(json.dumps(compute_reference_scores(ReferenceSpec.of(CONFIG))))
    found = read_reference_scores(stored)
    assert found.iid == made.iid
    assert found.least_kl == made.least_kl
    np.testing.assert_array_equal(found.placement, made.placement)
    assert found.score("w2", 0.3) == pytest.approx(0.5)
