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
from bildsim.targets.files.reading import Reading
from bildsim.targets.motion_settings import MotionSettings

CONFIG = RunConfig(target="ring", swarm=SwarmSettings(robots=4))
MADE = ReferenceScores({"w2": 0.5}, {"w2": 0.01}, {"w2": 0.1}, np.array([[0.1, 0.2]]), float("inf"))


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
    monkeypatch.setattr(reference_tasks, "reference_scores", lambda *_: MADE)
    stored = json.loads(json.dumps(compute_reference_scores(ReferenceSpec.of(CONFIG))))
    found = read_reference_scores(stored)
    assert found.iid == MADE.iid
    assert found.least_kl == MADE.least_kl
    np.testing.assert_array_equal(found.placement, MADE.placement)
    assert found.score("w2", 0.3) == pytest.approx(0.5)


def test_a_target_file_is_known_by_its_content_and_by_how_it_is_read(tmp_path):
    path = tmp_path / "half.npy"
    np.save(path, [[1.0, 0.0]])
    config = replace(CONFIG, target="half.npy", target_file=path)
    spec = ReferenceSpec.of(config)
    assert ReferenceSpec.of(replace(config, planner="cvt", seed=9)) == spec
    picture = ReferenceSpec.of(replace(config, reading=Reading("picture")))
    np.save(path, [[1.0, 0.5]])
    changed = ReferenceSpec.of(config)
    assert len({spec.identity, picture.identity, changed.identity}) == 3
    assert json.loads(json.dumps(spec.said))["file"]["path"] == str(path)


def test_identities_of_named_targets_say_nothing_of_files():
    assert "file" not in ReferenceSpec.of(CONFIG).said


def test_files_are_scored_as_they_are_at_the_end(tmp_path, monkeypatch):
    frames = np.ones((5, 6, 6))
    frames[:2, :, 3:], frames[3:, :, :3] = 0.0, 0.0
    np.save(tmp_path / "film.npy", frames)
    np.save(tmp_path / "still.npy", frames[4])
    points, scored = np.array([[-0.9, 0.0], [0.9, 0.0]]), []
    monkeypatch.setattr(
        reference_tasks,
        "reference_scores",
        lambda target, *_: scored.append(target.density(points)) or MADE,
    )
    motion = MotionSettings(target_time=2.0 * CONFIG.duration)
    for name, settings in (("film", {}), ("still", {}), ("film", {"motion": motion})):
        config = replace(CONFIG, target_file=tmp_path / f"{name}.npy", **settings)
        compute_reference_scores(ReferenceSpec.of(config))
    np.testing.assert_allclose(scored[0], scored[1])
    assert scored[0][1] > 50 * scored[0][0]
    assert scored[2][0] == pytest.approx(scored[2][1]), "halfway through the film"
