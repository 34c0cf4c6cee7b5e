"""One trial: what it is known by, that it is fair, and that nothing that goes wrong escapes."""

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bildsim.controllers.bild_macro.settings import WASSERSTEIN
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.trial import determining, identity, lost_trial, run_trial
from bildsim.simulation.config import SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import COLUMNS
from bildsim.targets.files.reading import Reading

BENCH = BenchConfig(
    duration=1.2, network="ring", rounds=1, swarm=SwarmSettings(robots=6, dynamics="ideal")
)
TRIAL = BENCH.trial("static", "gmm3", "uniform", 0)


@pytest.fixture
def faulty(monkeypatch):
    """Make the faulty planners importable by the name ``faulty``."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    yield
    sys.modules.pop("faulty", None)


def test_the_identity_is_that_of_what_determines_the_result():
    same = [TRIAL, replace(TRIAL), replace(TRIAL, output=replace(TRIAL.output, quiet=True))]
    same.append(replace(TRIAL, output=replace(TRIAL.output, out=Path("x"), video_speed=1.0)))
    assert len({identity(config) for config in same}) == 1
    others = [
        replace(TRIAL, seed=1),
        replace(TRIAL, target="ring"),
        replace(TRIAL, planner="hypergradient"),
        replace(TRIAL, duration=1.3),
        replace(TRIAL, network="complete"),
        replace(TRIAL, rounds=2),
        replace(TRIAL, macro=WASSERSTEIN),
        replace(TRIAL, swarm=replace(TRIAL.swarm, start="corner")),
        replace(TRIAL, swarm=replace(TRIAL.swarm, max_speed=0.1)),
        replace(TRIAL, swarm=replace(TRIAL.swarm, robot="zooid")),
        replace(TRIAL, actuation=Actuation(clip="wheels")),
        replace(TRIAL, actuation=Actuation(motor_lag=0.04)),
        replace(TRIAL, faults=Faults(dead="0.5@1")),
        replace(TRIAL, sensing=Sensing(position_noise=0.01)),
        replace(TRIAL, model=replace(TRIAL.model, order=5)),
        replace(TRIAL, output=replace(TRIAL.output, metrics_period=0.5)),
    ]
    assert len({identity(config) for config in (TRIAL, *others)}) == len(others) + 1


def test_the_identity_is_the_same_in_another_process(process):
    code = (
        "from tests.bildsim.programs.sweep.test_trial import *\n"
        "print(identity(TRIAL), identity(replace(TRIAL, macro=WASSERSTEIN)))"
    )
    ended = process(command=(sys.executable, "-c", code), PYTHONHASHSEED="7")
    assert ended.out.split() == [identity(TRIAL), identity(replace(TRIAL, macro=WASSERSTEIN))]


def test_a_changed_planner_of_the_users_own_is_another_trial(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    config = replace(TRIAL, planner="own_rule:Rule")
    found = []
    for text in ("Rule = 1\n", "Rule = 2\n", "Rule = 1\n"):
        (tmp_path / "own_rule.py").write_text(text)
        importlib.invalidate_caches()
        found.append(identity(config))
    assert found[0] == found[2] != found[1]


def test_a_changed_file_is_another_trial(tmp_path):
    target, start = tmp_path / "t.npy", tmp_path / "s.csv"
    config = replace(TRIAL, target="t.npy", target_file=target)
    config = replace(config, swarm=replace(TRIAL.swarm, start=str(start)))
    found = []
    for one, other in ((b"1", b"1"), (b"2", b"1"), (b"1", b"2")):
        target.write_bytes(one)
        start.write_bytes(other)
        found += [identity(config), identity(replace(config, reading=Reading("picture")))]
    assert len(set(found)) == 6


@pytest.mark.parametrize("start", START_NAMES)
def test_all_planners_start_alike(start):
    """Same poses and same links: what a seed draws does not depend on the planner or the target."""
    first = {}
    for planner in PLANNER_NAMES:
        for target in ("gmm3", "ring"):
            config = replace(BENCH.trial(planner, target, start, 3), network="er:0.9")
            simulation = Simulation(config)
            tick = next(simulation.ticks())
            first[planner, target] = tick.pose.tobytes(), tick.network.degree.tobytes()
            simulation.close()
    assert len(set(first.values())) == 1


def test_what_is_kept_of_a_trial_is_over_the_robots_in_the_swarm():
    config = replace(TRIAL, faults=Faults(dead="0.5@0.6"))
    result = run_trial(replace(config, output=replace(config.output, metrics_period=0.4)))
    simulation = Simulation(config)
    ticks = list(simulation.ticks())
    metric, last = PositionMetrics.of(simulation.target), ticks[-1]
    assert result["final"]["active"] == len(result["positions"]) == 3
    positions = last.pose[last.active, :2]
    assert result["positions"] == positions.tolist()
    assert result["series"]["w2"][-1] == result["final"]["w2"] == metric.w2(positions)
    assert result["series"]["w2"][0] == metric.w2(ticks[0].pose[:, :2])


def test_a_trial_is_what_the_simulation_does():
    config = replace(TRIAL, planner="hypergradient", duration=1.0)
    config = replace(config, output=replace(config.output, metrics_period=0.4))
    result = run_trial(config)
    simulation = Simulation(config)
    ticks = list(simulation.ticks())
    metric = PositionMetrics.of(simulation.target)
    positions = [tick.pose[:, :2] for tick in ticks]
    assert (result["status"], result["reason"]) == ("done", "")
    assert result["positions"] == positions[-1].tolist()
    sampled = [0, 4, 8, 10]
    assert result["series"]["time_s"] == [ticks[k].time_s for k in sampled]
    assert result["series"]["kl_fit"] == [ticks[k].kl_fit for k in sampled]
    assert result["series"]["w2"] == [metric.w2(positions[k]) for k in sampled]
    assert result["final"]["w2"] == result["series"]["w2"][-1]
    assert result["final"]["js_kde"] == metric.js_kde(positions[-1])
    ways = np.linalg.norm(np.diff(positions, axis=0), axis=-1).sum(axis=0)
    assert result["final"]["path_length_m"] == pytest.approx(ways.mean())
    assert result["final"].keys() <= COLUMNS.keys()


def test_the_same_trial_has_the_same_result_and_json_can_say_it():
    alone = replace(TRIAL.swarm, robots=1)
    config = replace(TRIAL, planner="hypergradient", swarm=alone, network="complete")
    first, second = run_trial(config), run_trial(config)
    assert first["wall"].keys() == second["wall"].keys()
    texts = [json.dumps({**result, "wall": {}}, allow_nan=False) for result in (first, second)]
    assert texts[0] == texts[1]
    assert json.loads(texts[0]) == {**first, "wall": {}}
    assert first["final"]["min_gap_m"] == "inf", "there is no other robot"


def test_the_planners_time_is_what_its_calls_took(monkeypatch):
    clock = iter(np.arange(1000.0))
    # Theirs alone: the time budget reads the machine's clock, too.
    watch = SimpleNamespace(perf_counter=lambda: next(clock))
    for module in ("programs.sweep.trial", "simulation.planning_time"):
        monkeypatch.setattr(f"bildsim.{module}.time", watch)
    wall = run_trial(TRIAL)["wall"]
    # Each call lies between two readings, one second apart, and is shared out among 6 robots.
    assert wall["plan_mean_ms"] == pytest.approx(1000.0 / 6.0)
    assert wall["plan_median_ms"] == pytest.approx(1000.0 / 6.0)
    assert wall["total_s"] == 2 * TRIAL.ticks + 1


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("planner", "words"),
    [
        ("Raises", ("at 0.3 s", "ValueError", "three lines, of words")),
        ("Exits", ("SystemExit", "3")),
        ("NotANumber", ("nan", "robot 4")),
        ("Outside", ("robot 0",)),
        ("WrongShape", ("(5, 2)", "(6, 2)")),
        ("Nothing", ("()",)),
        ("Unmade", ("OSError", "no such licence")),
        ("NoSuchClass", ("NoSuchClass",)),
    ],
)
def test_what_goes_wrong_is_the_result(planner, words):
    result = run_trial(replace(TRIAL, planner=f"faulty:{planner}"))
    assert result["status"] == "failed"
    assert result["final"] == {}
    assert "\n" not in result["reason"]
    for word in words:
        assert word in result["reason"], result["reason"]
    json.dumps(result, allow_nan=False)


def test_a_network_in_parts_fails_its_trial():
    result = run_trial(replace(TRIAL, network="disk:0.01"))
    assert result["status"] == "failed"
    assert "--network disk:0.01" in result["reason"]


def test_ctrl_c_is_no_result(monkeypatch):
    def stop(self):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(Simulation, "ticks", stop)
    with pytest.raises(KeyboardInterrupt):
        run_trial(TRIAL)


def test_a_trial_that_no_worker_survived_reads_like_any_other():
    lost, ran = lost_trial(TRIAL, "its worker died"), run_trial(TRIAL)
    assert lost.keys() == ran.keys()
    assert (lost["status"], lost["reason"], lost["final"]) == ("failed", "its worker died", {})
    assert lost["configuration"] == ran["configuration"]


def test_a_radio_is_another_trial_and_none_is_the_one_of_before(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('base = "esp-now"\n')
    mine = replace(TRIAL, links=LinkSettings(radio=str(path)))
    found = {identity(TRIAL), identity(replace(TRIAL, links=LinkSettings(radio="esp-now")))}
    found.add(identity(mine))
    path.write_text('base = "wifi"\n')
    assert len(found | {identity(mine)}) == 4
    assert "radio" not in determining(TRIAL)["links"]


def test_trials_from_before_a_setting_are_known_by_what_they_were_known_by():
    """Robots by name and poorer drives came later; a trial without them is determined as before."""
    said = determining(TRIAL)
    assert not {"robot", "robot_urdf", "wheel_joints"} & said["swarm"].keys()
    assert not {"motor_lag", "drive_noise", "command_period", "clip"} & said["actuation"].keys()


def test_the_width_of_the_arena_came_later_and_its_lengths_are_in_metres():
    assert "arena_width" not in determining(TRIAL)["swarm"]
    wide = replace(TRIAL, swarm=replace(TRIAL.swarm, arena_width=4.0, max_speed=0.2, radius=0.04))
    assert determining(wide)["swarm"]["arena_width"] == 4.0
    # The same in units of the arena but for its size, and so twice as far from the target.
    usual = replace(TRIAL, swarm=replace(TRIAL.swarm, max_speed=0.1, radius=0.02))
    far, near = run_trial(wide), run_trial(usual)
    assert far["positions"] == near["positions"]
    for name, scale in (("w2", 2.0), ("kl_fit", 1.0)):
        assert far["series"][name] == pytest.approx([scale * v for v in near["series"][name]])
        assert far["final"][name] == pytest.approx(far["series"][name][-1])
