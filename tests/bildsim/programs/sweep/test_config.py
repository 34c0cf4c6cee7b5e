"""The command line of the benchmark, and the trials that it stands for."""

import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import WASSERSTEIN
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.sweep.config import BenchConfig, parse_bench
from bildsim.simulation.config import OutputSettings, RunConfig
from bildsim.targets.files.reading import Reading
from bildsim.targets.motion_settings import MotionSettings

SWEPT = {"planner", "target", "target_file", "seed"}


def test_a_trial_is_the_run_with_those_settings():
    line = (
        "--robots 7 --max-speed 0.3 --network ring --rounds 3 --duration 9 --gamma-x .5 --order 4"
    )
    bench = parse_bench([*line.split(), "--metrics-period", "0.5"])
    trial = bench.trial("static", "ring", "corner", 11)
    assert type(trial) is RunConfig
    assert (trial.planner, trial.target, trial.seed) == ("static", "ring", 11)
    assert (trial.swarm.start, trial.swarm.robots, trial.swarm.max_speed) == ("corner", 7, 0.3)
    assert (trial.network, trial.rounds, trial.duration) == ("ring", 3, 9.0)
    assert (trial.macro.gamma_x, trial.model.order) == (0.5, 4)
    assert trial.output == OutputSettings(metrics_period=0.5)


def test_every_setting_of_a_run_reaches_the_trials():
    plain = RunConfig(planner="static", target="ring", seed=3)
    assert BenchConfig().trial("static", "ring", "uniform", 3) == plain


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("5", [5]),
        ("0:4", [0, 1, 2, 3]),
        ("0,3,7", [0, 3, 7]),
        (" 8 , 2:4 ", [8, 2, 3]),
        ("999999999", [999999999]),
    ],
)
def test_seeds(text, seeds):
    assert list(BenchConfig(seeds=text).seed_numbers) == seeds


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20, unique=True))
def test_any_list_of_seeds_is_read_back(seeds):
    assert list(BenchConfig(seeds=",".join(map(str, seeds))).seed_numbers) == seeds


@given(st.text(max_size=12))
def test_seeds_are_understood_or_refused(text):
    try:
        found = BenchConfig(seeds=text).seed_numbers
    except UsageError:
        return
    assert found
    assert min(found) >= 0


def test_capitals_make_no_other_target():
    assert BenchConfig(targets="GMM3,LETTER_e").target_names == ("gmm3", "letter_E")


def test_a_file_gives_what_the_line_leaves_out(tmp_path):
    sweep = parse_bench(["--seeds", "2:5", "--robots", "9", "--preset", "wasserstein"])
    (tmp_path / "sweep.toml").write_text(to_toml(sweep))
    again = parse_bench(["--config", str(tmp_path / "sweep.toml")])
    assert again == sweep
    assert again.macro == WASSERSTEIN
    changed = parse_bench(["--config", str(tmp_path / "sweep.toml"), "--robots", "10"])
    assert (changed.swarm.robots, changed.seeds) == (10, "2:5")


def test_a_file_has_no_keys_that_the_line_lacks(tmp_path):
    text = to_toml(BenchConfig())
    assert not re.search(r"^(planner|target|target_file|seed|start|video) =", text, re.MULTILINE)
    tables = ("[swarm]\nstart = 'corner'", "[output]\nvideo = 'a'")
    for line in ("seed = 3", "target = 'ring'", *tables):
        (tmp_path / "run.toml").write_text(line)
        with pytest.raises(UsageError, match="is unknown: "):
            parse_bench(["--config", str(tmp_path / "run.toml")])


def test_help_names_every_option_once(capsys):
    with pytest.raises(SystemExit) as stop:
        parse_bench(["--help"])
    assert stop.value.code in (0, None)
    shown = set(re.findall(r"^\W*(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    swept = {"--planners", "--targets", "--starts", "--seeds"}
    assert {*swept, "--engine", "--scheduler", "--jobs", "--out", "--network", "--gamma-x"} <= shown
    hidden = {"--planner", "--target", "--start", "--seed", "--video", "--view", "--target-file"}
    assert not hidden & shown


@pytest.mark.parametrize("name", PLANNER_NAMES)
def test_an_unknown_planner_is_told_all_there_are(name):
    with pytest.raises(UsageError, match=name):
        BenchConfig(planners="static,nobody")


@pytest.mark.usefixtures("installed")
def test_planners_of_installed_packages_are_known_by_name():
    assert BenchConfig(planners="static,guest").planner_names == ("static", "guest")
    with pytest.raises(UsageError, match=r"did you mean guest\?"):
        BenchConfig(planners="guess")


def test_what_is_swept_is_no_setting_of_the_sweep():
    own = asdict(BenchConfig().trial("static", "ring", "corner", 1))
    assert own.keys() >= SWEPT
    assert not SWEPT & asdict(BenchConfig()).keys()


def test_each_trial_gets_the_motion_that_means_something_for_its_target():
    line = "--targets gmm3,split,switch --target-speed 0.1 --target-time 3 --feedforward"
    bench = parse_bench(line.split())
    motions = {name: bench.trial("cvt", name, "corner", 0).motion for name in bench.target_names}
    assert motions["gmm3"] == MotionSettings()
    assert motions["split"] == MotionSettings(target_speed=0.1, feedforward=True)
    assert motions["switch"] == MotionSettings(target_time=3.0, feedforward=True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--targets gmm3 --feedforward", "--feedforward means nothing for --targets gmm3"),
        ("--targets switch --target-speed 1", "--target-speed means nothing"),
        ("--targets split --target-time 1", "--target-time means nothing"),
        ("--targets gmm3,split --target-speed 0", "--target-speed 0 is out of range"),
    ],
)
def test_motion_that_no_target_takes_is_refused(line, words):
    with pytest.raises(UsageError) as refused:
        parse_bench(line.split())
    assert words in refused.value.said(as_option)


def test_films_take_the_motion_that_means_something_for_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("still.npy", np.ones((4, 5)))
    np.save("film.npy", np.ones((6, 4, 5)))
    line = "--targets still.npy,film.npy,split --target-time 3 --feedforward"
    bench = parse_bench(line.split())
    motions = [bench.trial("cvt", name, "corner", 0).motion for name in bench.target_names]
    assert motions == [
        MotionSettings(),
        MotionSettings(target_time=3.0, feedforward=True),
        MotionSettings(feedforward=True),
    ]
    for rest, words in (
        ("--feedforward", "--feedforward means nothing for --targets still.npy: it is for"),
        ("--target-time 3", "--target-time means nothing for --targets still.npy: it is for"),
    ):
        with pytest.raises(UsageError, match=words):
            parse_bench(f"--targets still.npy {rest}".split())
    with pytest.raises(UsageError, match="target_time=0 is out of range"):
        parse_bench(["--targets", "film.npy", "--target-time", "0"])


def test_files_become_the_target_of_their_trials_and_names_stay_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("own.npy", np.ones((4, 5)))
    bench = parse_bench(["--targets", "gmm3,own.npy", "--target-layout", "picture"])
    named, own = (bench.trial("cvt", name, "corner", 0) for name in bench.target_names)
    assert (named.target, named.target_file, named.reading) == ("gmm3", None, Reading())
    assert (own.target, own.target_file) == ("own.npy", Path("own.npy"))
    assert own.reading == Reading(target_layout="picture")
    again = tmp_path / "sweep.toml"
    again.write_text(to_toml(bench))
    assert parse_bench(["--config", str(again)]) == bench


@pytest.mark.parametrize("line", ["--checkpoint 5", "--resume x", "--video v.mp4", "--seed 1"])
def test_what_a_sweep_cannot_do_is_no_option_of_it(line):
    with pytest.raises(UsageError, match=line.split()[0]):
        parse_bench(line.split())
