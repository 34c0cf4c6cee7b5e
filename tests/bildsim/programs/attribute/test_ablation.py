"""What each obstacle costs: the ladder, its sums, and the program."""

import csv
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.dynamics import settled_size
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.attribute import attributing
from bildsim.programs.attribute.ablation import MEANINGS, METRICS, Attribution, ladder, shares
from bildsim.programs.attribute.main import main
from bildsim.programs.config.ending import run_program
from bildsim.programs.sweep.trial import run_trial
from bildsim.simulation.config import RunConfig, SwarmSettings

SMALL = RunConfig(
    duration=0.4,
    network="ring",
    rounds=1,
    swarm=SwarmSettings(robots=5, dynamics="kinematic", start="corner"),
)


def test_robots_of_the_ladder_are_all_of_one_size_and_speed():
    swarm = SwarmSettings(robots=4000, dynamics="bullet")
    steps = ladder(replace(SMALL, swarm=swarm))
    swarms = [step.config.swarm for step in steps]
    sizes = [settled_size(s.dynamics, s.robots, s.radius, s.max_speed) for s in swarms]
    radius, speed = settled_size("bullet", 4000, None, None)
    assert sizes[0] == (radius, np.inf), "ideal robots are at once where they are sent"
    assert set(sizes[1:]) == {(radius, speed)}
    assert speed < 0.2, "so small a robot would weave"


def names(config):
    return [step.name for step in ladder(config)]


def of_dynamics(dynamics, **changes):
    return replace(SMALL, swarm=replace(SMALL.swarm, dynamics=dynamics, **changes))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (of_dynamics("ideal"), ["ideal", "top speed", "estimation"]),
        (SMALL, ["ideal", "top speed", "wheels", "contacts", "estimation"]),
        (of_dynamics("kinematic", contacts=False), ["ideal", "top speed", "wheels", "estimation"]),
        (
            of_dynamics("bullet", physics_rate=120, safety="orca"),
            ["ideal", "top speed", "wheels", "contacts", "rigid bodies", "estimation"],
        ),
    ],
)
def test_the_ladder_ends_with_the_run_that_was_asked_for(config, expected):
    assert names(config) == expected
    assert ladder(config)[-1].config == config
    assert set(expected) <= MEANINGS.keys()


def test_each_step_adds_one_obstacle():
    config = of_dynamics("bullet", physics_rate=120, safety="orca")
    ideal, limited, wheels, contacts, rigid, _ = (step.config for step in ladder(config))
    assert ideal.swarm.max_speed == np.inf
    assert limited == replace(ideal, swarm=replace(ideal.swarm, max_speed=0.2))
    assert (wheels.swarm.dynamics, wheels.swarm.contacts, wheels.swarm.safety) == (
        *("kinematic", False),
        "none",
    )
    assert contacts == replace(
        wheels, swarm=replace(wheels.swarm, contacts=True, safety="orca", physics_rate=None)
    )
    assert rigid == replace(config, planner="bild-macro-exact", network="complete")


def test_impairments_come_last_one_kind_at_a_time():
    impaired = replace(
        SMALL,
        sensing=Sensing(position_noise=0.02),
        links=LinkSettings(loss=0.3),
        faults=Faults(dead="0.2@0.2"),
    )
    steps = ladder(impaired)
    assert [step.name for step in steps] == [*names(SMALL), "localisation", "links", "faults"]
    sound, noisy, lossy, last = (step.config for step in steps[-4:])
    assert [step.config for step in steps[:-3]] == [step.config for step in ladder(SMALL)]
    assert sound == SMALL
    assert noisy == replace(SMALL, sensing=impaired.sensing)
    assert lossy == replace(noisy, links=impaired.links)
    assert last == impaired
    assert all(run_trial(step.config)["status"] == "done" for step in steps)


def test_only_bild_macro_has_a_twin_that_knows_all():
    baselines = [step.config.planner for step in ladder(replace(SMALL, planner="ergodic"))]
    assert set(baselines) == {"ergodic"}
    own = [step.config.planner for step in ladder(SMALL)]
    assert own == ["bild-macro-exact"] * 4 + ["bild-macro"]


@pytest.fixture(scope="module")
def attributions():
    found = []
    for seed in (0, 1):
        steps = ladder(replace(SMALL, seed=seed))
        found.append(Attribution(steps, [run_trial(step.config) for step in steps]))
    return found


def test_parts_add_up_to_the_whole_gap(attributions):
    (found,) = shares(attributions)
    for metric in METRICS:
        total = sum(part.mean for part in found.parts[metric])
        assert total == pytest.approx(found.gaps[metric].mean, abs=1e-12)
        ends = [item.values[metric][-1] - item.values[metric][0] for item in attributions]
        assert found.gaps[metric].mean == pytest.approx(np.mean(ends), abs=1e-12)
        assert found.gaps[metric].error == pytest.approx(np.std(ends, ddof=1) / np.sqrt(2))


def test_a_top_speed_costs_robots_that_start_in_a_corner_something(attributions):
    # 0.4 s at 0.2 m/s are not enough to leave the corner.
    steps = ladder(replace(SMALL, planner="ot_assign"))[:2]
    free, limited = (run_trial(step.config)["final"]["w2"] for step in steps)
    assert limited > 1.5 * free


def test_a_ladder_with_a_broken_step_counts_for_nothing(attributions):
    broken = {**attributions[0].results[1], "status": "failed", "final": {}}
    results = [attributions[0].results[0], broken, *attributions[0].results[2:]]
    item = Attribution(attributions[0].steps, results)
    assert not item.done
    assert np.isnan(item.values["w2"][1])
    (found,) = shares([item, attributions[1]])
    assert found.seeds == 1
    assert found.gaps["w2"].error == 0.0
    assert shares([item]) == []


class InThisProcess:
    """An engine that does all work here."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def results(self, tasks):
        for task in tasks:
            yield task, task.work(task.argument)


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    pytest.importorskip("bildsim.programs.bench.figures", exc_type=ImportError)
    monkeypatch.setattr(attributing, "make_engine", lambda config: InThisProcess())
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["bildsim.attribute", *map(str, arguments)])
        return run_program("bildsim.attribute", main), capsys.readouterr().err

    return call


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


LINE = ("--robots", 5, "--duration", 0.4, "--dynamics", "kinematic", "--network", "ring")


def test_the_program_leaves_tables_and_a_plot(call, tmp_path):
    status, said = call(*LINE, "--planners", "cvt,smc", "--seeds", "0:2", "--out", "a")
    assert status == 0
    # smc drives at full speed: it has no ideal run to be compared with, and the program says so.
    assert "left out: smc, gmm3, seed 0, step ideal" in said
    assert "cvt, gmm3, start corner, mean of 2 seeds" in said
    out = tmp_path / "a"
    found = rows(out / "rungs.csv")
    assert len(found) == 2 * 2 * 2 * 5
    parts = rows(out / "parts.csv")
    assert {row["planner"] for row in parts} == {"cvt"}
    for start in ("uniform", "corner"):
        of_start = [row for row in parts if row["start"] == start]
        *pieces, whole = (float(row["w2"]) for row in of_start)
        assert of_start[-1]["part"] == "whole gap"
        assert sum(pieces) == pytest.approx(whole, abs=1e-12)
    with Image.open(out / "attribution.png") as image:
        assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 20
    before = (out / "parts.csv").read_bytes()
    assert call(*LINE, "--planners", "cvt,smc", "--seeds", "0:2", "--out", "a")[0] == 0
    assert (out / "parts.csv").read_bytes() == before


def test_nothing_to_compare_is_a_failed_run(call, tmp_path):
    status, said = call(*LINE, "--planners", "smc", "--seeds", "0", "--out", "a", "--quiet")
    assert status == 1
    assert said.startswith("bildsim.attribute: no trial was done on all steps")
    assert rows(tmp_path / "a" / "rungs.csv")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--planners cvt", "--out is missing"),
        ("--out a --planners cvtt", "did you mean cvt"),
        ("--out a --seeds x", "--seeds x"),
        ("--out a --sweep loss", "--sweep"),
        ("--out a --config swept.toml", "key 'sweep' is unknown"),
    ],
)
def test_wrong_input_is_one_sentence(call, tmp_path, line, words):
    (tmp_path / "swept.toml").write_text('sweep = "loss"\n')
    status, said = call(*line.split())
    assert status == 2
    assert words in said
    assert said.count("\n") == 1
    assert not (tmp_path / "a").exists()
