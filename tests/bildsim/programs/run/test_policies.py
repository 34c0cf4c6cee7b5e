"""Runs by a trained network: the one that comes with bildsim, and files of the user's own."""

from pathlib import Path

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.learned.policy_file import write_policy
from bildsim.programs.config.command_line import as_option
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.sweep.config import BenchConfig, parse_bench
from bildsim.programs.sweep.trial import DONE, FAILED, identity, run_trial
from bildsim.simulation.config import RunConfig
from bildsim.simulation.input_hashes import contents
from bildsim.simulation.loop import Simulation
from tests.bildsim.programs.run.killing import (
    SHOTS,
    SMALL,
    assert_refused,
    before,
    call,
    killed,
    results,
)
from tests.controllers.learned.making import make_policy

LEARNED = (*SMALL, "--dynamics", "kinematic", "--planner", "learned")


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A policy of the user's own in the working directory."""
    monkeypatch.chdir(tmp_path)
    write_policy(make_policy(1), tmp_path / "own.npz")
    return tmp_path / "own.npz"


def test_a_run_takes_the_policy_that_it_is_told(own):
    assert call(*LEARNED, "--out", "shipped") == 0
    assert call(*LEARNED, "--policy", "own.npz", "--out", "mine") == 0
    assert call("--config", "mine/config.toml", "--out", "again", "--quiet") == 0
    paths = {}
    for name in ("shipped", "mine", "again"):
        with np.load(own.parent / name / "trajectory.npz") as data:
            paths[name] = data["pose"]
    np.testing.assert_array_equal(paths["mine"], paths["again"])
    assert (paths["mine"] != paths["shipped"]).any()


def test_a_stopped_run_goes_on_while_its_policy_is_the_same(own):
    line = (*LEARNED, "--policy", own)
    assert call(*line, "--out", "whole") == 0
    killed(before(Recorder, "tick", 17), *line, "--out", "out", *SHOTS)
    content = own.read_bytes()
    write_policy(make_policy(2), own)
    words = ("--policy", "own.npz", "whose file has changed or is not there")
    assert_refused(own.parent / "out" / "checkpoint-00000001.5s", [], *words)
    own.write_bytes(content)
    assert call("--resume", "out", "--quiet") == 0
    assert results(own.parent / "out") == results(own.parent / "whole")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--policy nowhere.npz", "--policy nowhere.npz cannot be read: no such file"),
        ("--policy text.npz", "--policy text.npz is no policy: allowed is a .npz that"),
        ("--policy nan.npz", "--policy nan.npz is no policy: a weight is not finite"),
        ("--policy . ", "--policy . cannot be read: is a directory"),
        ("--policy own.npz --planner cvt", "--policy own.npz means nothing for --planner cvt"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(own, line, words):
    (own.parent / "text.npz").write_text("not a policy")
    with np.load(own) as archive:
        arrays = {name: archive[name] for name in archive.files}
    np.savez(own.parent / "nan.npz", **arrays | {"biases_0": np.full(8, np.nan)})
    with pytest.raises(UsageError) as caught:
        call(*LEARNED, *line.split(), "--out", "out")
    said = caught.value.said(as_option)
    assert said.startswith(words)
    assert "\n" not in said
    assert not (own.parent / "out").exists()


def test_the_library_speaks_of_its_argument(own):
    with pytest.raises(UsageError, match=r"^policy='gone\.npz' cannot be read"):
        Simulation(RunConfig(planner="learned", policy=Path("gone.npz")))


def test_trials_are_known_by_the_policys_content(own):
    bench = parse_bench(["--planners", "learned,cvt", "--policy", str(own)])
    learned, rival = (bench.trial(name, "ring", "corner", 0) for name in ("learned", "cvt"))
    assert rival.policy is None
    assert contents(rival)["--policy"] == ""
    known = identity(learned)
    assert identity(rival) == identity(BenchConfig().trial("cvt", "ring", "corner", 0))
    write_policy(make_policy(2), own)
    assert identity(learned) != known
    shipped = BenchConfig(planners="learned").trial("learned", "ring", "corner", 0)
    assert contents(shipped)["--policy"]


def test_a_trial_says_how_it_ended(own):
    line = "--planners learned --policy own.npz --robots 8 --duration 0.5 --dynamics kinematic"
    trial = parse_bench(line.split()).trial("learned", "ring", "corner", 0)
    result = run_trial(trial)
    assert (result["status"], result["configuration"]["policy"]) == (DONE, "own.npz")
    own.unlink()
    gone = run_trial(trial)
    assert gone["status"] == FAILED
    assert "--policy own.npz cannot be read" in gone["reason"]


def test_a_policy_for_nobody_is_refused():
    with pytest.raises(UsageError, match=r"policy='p\.npz' means nothing for planners='cvt'"):
        parse_bench(["--planners", "cvt", "--policy", "p.npz"])
