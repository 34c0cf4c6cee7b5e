"""The training example: what it pays, that it repeats, and that what it writes runs."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bildsim.controllers.learned.policy_file import read_policy
from bildsim.programs.run.main import main as run
from bildsim.targets.sampling import Sampler

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "learn_policy.py"


@pytest.fixture(scope="module")
def example():
    """Return the example as a module."""
    # One thread, as the example itself: for matrices so small others only get in the way.
    pytest.importorskip("torch").set_num_threads(1)
    spec = importlib.util.spec_from_file_location("learn_policy", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["learn_policy"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["learn_policy"]


def small(example, **changes):
    settings = {"robots": 6, "swarms": 3, "rollout": 4, "shortest": 3, "longest": 5, "width": 8}
    return example.Training(**settings | {"minibatch": 32} | changes)


def trained(example, seed, updates=2):
    trainer = example.Trainer(small(example), seed)
    for update in range(updates):
        trainer.update(update / updates)
    return trainer


def playground(example, seed=0, **changes):
    rng = np.random.default_rng(seed)
    return example.Playground(small(example, **changes), example.Senses(), rng)


def energy(positions, draws):
    """Return the energy distance of a swarm from draws of p*, but for a constant."""
    away = np.linalg.norm(positions[:, None] - draws, axis=2).mean()
    return 2.0 * away - np.linalg.norm(positions[:, None] - positions, axis=2).mean()


def test_two_updates_make_a_policy_that_runs(example, tmp_path):
    out = tmp_path / "policy.npz"
    line = [sys.executable, str(EXAMPLE), "--updates", "2", "--seed", "3", "--out", str(out)]
    ended = subprocess.run(line, capture_output=True, text=True, check=True)
    assert "update 2/2  reward" in ended.stdout
    facts = read_policy(out).facts
    assert facts["command"] == "python examples/learn_policy.py --updates 2 --seed 3"
    words = "--planner learned --robots 9 --duration 0.5 --dynamics kinematic --quiet"
    assert run([*words.split(), "--policy", str(out)]) == 0


def test_the_same_seed_trains_the_same_policy(example):
    first, again, other = (trained(example, seed).policy({}) for seed in (1, 1, 2))
    for part, same, different in zip(first.layers, again.layers, other.layers, strict=True):
        np.testing.assert_array_equal(part[0], same[0])
        assert (part[0] != different[0]).any()
    np.testing.assert_array_equal(first.centre, again.centre)


def test_training_changes_the_network(example):
    before, after = (trained(example, 1, updates).policy({}) for updates in (0, 2))
    assert all((a[0] != b[0]).any() for a, b in zip(before.layers, after.layers, strict=True))


def test_the_policy_in_numpy_is_the_actor_in_torch(example):
    torch = pytest.importorskip("torch")
    trainer = trained(example, 4)
    inputs = trainer.playground.inputs()
    policy = trainer.policy({})
    actor = trainer.agent.actor.double()
    with torch.no_grad():
        expected = actor(torch.tensor((inputs - policy.centre) * policy.scale)).numpy()
    np.testing.assert_allclose(policy.actions(inputs), expected, rtol=0, atol=1e-6)


def test_rewards_share_out_what_the_team_took_off_the_energy_distance(example):
    """Their sum is N / 2 times its decrease, and a robot that stays gets almost nothing."""
    ground, rng = playground(example), np.random.default_rng(5)
    target = example.random_target(rng)
    cells = example.PointMasses.of(target)
    nodes = ground._potential.points.reshape(-1, 2)
    away = np.linalg.norm(nodes[:, None] - cells.points, axis=2) @ cells.masses.ravel()
    ground._potential.values[:] = away.reshape(41, 41)
    before = rng.uniform(-1.0, 1.0, (3, 6, 2))
    after = np.clip(before + rng.uniform(-0.05, 0.05, before.shape), -1.0, 1.0)
    after[:, 0] = before[:, 0]
    gains = ground._gains(before, after)
    draws = Sampler(target).draw(20_000, rng)
    for swarm in range(3):
        team = 3.0 * (energy(before[swarm], draws) - energy(after[swarm], draws))
        assert gains[swarm].sum() == pytest.approx(team, abs=3e-3)
    np.testing.assert_allclose(gains[:, 0], 0.0, atol=1e-15)


def test_episodes_end_and_begin_anew_with_other_targets(example):
    ground = playground(example)
    targets, ends = ground._wanted.copy(), 0
    for _ in range(12):
        rewards, ended = ground.step(np.zeros((3, 6, 2)))
        ends += ended.sum()
        assert np.isfinite(rewards).all()
        assert np.isfinite(ground.inputs()).all()
        changed = (ground._wanted != targets).any(axis=1)
        np.testing.assert_array_equal(changed, ended)
        targets = ground._wanted.copy()
    assert ends >= 6


def test_random_targets_are_others_each_time(example):
    rng, places = np.random.default_rng(0), np.random.default_rng(1).uniform(-1, 1, (50, 2))
    values = [example.random_target(rng).density(places) for _ in range(5)]
    assert len({value.tobytes() for value in values}) == 5
    assert (np.array(values) >= 0.005).all()


def test_tables_are_bilinear_in_between(example):
    tables = example.Tables(2, 5)
    x, y = np.moveaxis(tables.points, -1, 0)
    tables.values[:] = [x + 2.0 * y, x * y]
    places = np.random.default_rng(0).uniform(-1.0, 1.0, (2, 7, 2))
    found = tables.at(places)
    np.testing.assert_allclose(found[0], places[0] @ [1.0, 2.0], atol=1e-14)
    np.testing.assert_allclose(found[1], places[1].prod(axis=1), atol=0.0626)
    assert tables.at(np.array([[[2.0, 0.0]], [[1.0, 1.0]]])).tolist() == [[1.0], [1.0]]


def test_inputs_are_normalised_by_all_that_were_seen(example):
    normaliser, rng = example.Normaliser(3), np.random.default_rng(0)
    parts = [rng.normal(5.0, 2.0, (4, 10, 3)) for _ in range(3)]
    for part in parts:
        normaliser.add(part)
    rows = np.concatenate([part.reshape(-1, 3) for part in parts])
    np.testing.assert_allclose(normaliser.mean, rows.mean(axis=0))
    np.testing.assert_allclose(normaliser.scale, 1.0 / np.sqrt(rows.var(axis=0) + 1e-4))


def test_without_torch_it_says_what_to_install():
    code = f"import sys, runpy; sys.modules['torch'] = None; runpy.run_path({str(EXAMPLE)!r})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr == "learn_policy.py needs PyTorch: pip install 'bildsim[rl]'\n"
