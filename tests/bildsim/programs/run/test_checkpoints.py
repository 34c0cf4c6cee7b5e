"""Runs that are killed go on to the same bytes, and checkpoints are refused where they must be."""

import json
import os
import shutil
import signal
import sys
from dataclasses import fields, is_dataclass, replace

import imageio_ffmpeg
import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.dynamics import DYNAMICS_NAMES
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.checkpoint.pickling import decode, encode
from bildsim.programs.config.command_line import as_option
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.output.video_writer import VideoWriter
from bildsim.programs.run import checkpoints as run_checkpoint
from bildsim.programs.run import video
from bildsim.programs.run.checkpoints import Checkpoints
from bildsim.programs.run.main import main
from bildsim.programs.run.video import VideoRecording
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.target import Target

RESULTS = ["config.toml", "metrics.csv", "summary.json", "trajectory.npz"]
EXACT = ("config.toml", "metrics.csv", "trajectory.npz")
CLOCK = {"planner_ms_a_robot", "wall_s", "real_time_factor"}
SMALL = (
    *("--robots", 12, "--rounds", 2, "--start", "centre", "--network", "knn:6"),
    *("--duration", 2.4, "--metrics-period", 0.7, "--seed", 3, "--quiet"),
)
SHOTS = ("--checkpoint", 0.5)


def call(*arguments):
    return main([str(word) for word in arguments])


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def results(out):
    """Return what a run left, as far as it must be the same."""
    assert names(out) == RESULTS
    said = json.loads((out / "summary.json").read_text())
    output = said["configuration"].pop("output")
    assert output["resume"] is None
    kept = {name: (out / name).read_bytes() for name in EXACT}
    return {**kept, "summary": {key: said[key] for key in said.keys() - CLOCK}}


def killed(prepare, *arguments):
    """Do a run in a process of its own that ``prepare`` makes kill itself somewhere."""
    child = os.fork()
    if child == 0:
        try:
            prepare()
            call(*arguments)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def end():
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner, name, count=1):
    """Return a preparation that kills before the n-th call of a method."""

    def prepare():
        original, calls = getattr(owner, name), []

        def method(*arguments, **keywords):
            calls.append(None)
            if len(calls) == count:
                end()
            return original(*arguments, **keywords)

        setattr(owner, name, method)

    return prepare


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the results of an undisturbed run, done once for each dynamics."""
    place, done = tmp_path_factory.mktemp("whole"), {}

    def get(dynamics):
        if dynamics not in done:
            assert call(*SMALL, "--dynamics", dynamics, "--out", place / dynamics) == 0
            done[dynamics] = results(place / dynamics)
        return done[dynamics]

    return get


# The same bytes


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_checkpoints_change_nothing(tmp_path, whole, dynamics):
    assert call(*SMALL, "--dynamics", dynamics, "--out", tmp_path / "out", *SHOTS) == 0
    assert results(tmp_path / "out") == whole(dynamics)


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_killed_twice(tmp_path, whole, dynamics):
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 17), *SMALL, "--dynamics", dynamics, "--out", out, *SHOTS)
    assert names(out)[:2] == ["checkpoint-00000001.0s", "checkpoint-00000001.5s"]
    assert "summary.json" not in names(out)
    killed(before(Recorder, "tick", 8), "--resume", out / "checkpoint-00000001.5s", "--quiet")
    assert names(out)[:2] == ["checkpoint-00000001.5s", "checkpoint-00000002.0s"]
    assert call("--resume", out / "checkpoint-00000002.0s", "--quiet") == 0
    assert results(out) == whole(dynamics)


@pytest.mark.parametrize(
    "line",
    [
        "--target moving_gauss --feedforward --planner kde_flow",
        "--target switch --consensus admm --loss 0.3",
        "--dead 0.25@2 --command-delay 0.05 --position-noise 0.01 --planner ot_lloyd",
    ],
)
def test_a_run_under_conditions_goes_on(tmp_path, line):
    small = (*SMALL, "--dynamics", "kinematic", *line.split())
    assert call(*small, "--out", tmp_path / "whole") == 0
    out, video = tmp_path / "out", tmp_path / "film.mp4"
    killed(before(Recorder, "tick", 17), *small, "--out", out, "--video", video, *SHOTS)
    assert call("--resume", out / "checkpoint-00000001.5s", "--quiet") == 0
    assert results(out) == results(tmp_path / "whole")
    assert imageio_ffmpeg.count_frames_and_secs(str(video))[0] == 25


PLACES = {
    "in the midst of a row": before(Recorder, "row", 3),
    "before a checkpoint is written": before(Checkpoints, "write", 3),
    "while a checkpoint is written": before(os, "fsync", 15),
    "before an old one is removed": before(run_checkpoint, "_found", 3),
    "before the files are whole": before(Recorder, "close"),
    "while the trajectory is packed": before(Recorder, "_copy_series", 3),
    "before the summary": before(Recorder, "_write_whole", 2),
}


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere(tmp_path, whole, place):
    out = tmp_path / "out"
    killed(PLACES[place], *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    assert call("--resume", out, "--quiet") == 0
    assert results(out) == whole("ideal")


def test_killed_while_it_tidies_up_it_is_finished(tmp_path, whole, capsys):
    out = tmp_path / "out"
    prepare = before(run_checkpoint, "remove_parts")
    killed(prepare, *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    assert json.loads((out / "summary.json").read_text())["status"] == "done"
    assert call("--resume", out / "checkpoint-00000002.0s", "--no-quiet") == 0
    assert capsys.readouterr().err == f"bildsim.run: the run in {out} is finished\n"
    assert results(out) == whole("ideal")


def test_from_the_older_of_the_two(tmp_path, whole):
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 20), *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    prepare = before(Recorder, "tick", 2)
    killed(prepare, "--resume", out / "checkpoint-00000001.0s", "--quiet")
    assert names(out)[0] == "checkpoint-00000001.0s"
    assert "checkpoint-00000001.5s" not in names(out), "it would not fit what is recorded by now"
    assert call("--resume", out, "--quiet", "--checkpoint", 0.3) == 0
    assert results(out)["metrics.csv"] == whole("ideal")["metrics.csv"]


def test_after_ctrl_c_there_are_whole_files_and_a_way_on(tmp_path, whole, monkeypatch, capsys):
    out = tmp_path / "out"

    def interrupt(self, *arguments):
        if len(calls) == 17:
            raise KeyboardInterrupt
        calls.append(None)
        return tick(self, *arguments)

    tick, calls = Recorder.tick, []
    monkeypatch.setattr(Recorder, "tick", interrupt)
    status = call(*SMALL, "--dynamics", "kinematic", "--out", out, *SHOTS)
    monkeypatch.undo()
    newest = out / "checkpoint-00000001.5s"
    said = f"bildsim.run: stopped by Ctrl-C; it goes on with --resume {newest}\n"
    assert (status, capsys.readouterr().err) == (130, said)
    assert set(RESULTS) < set(names(out))
    with np.load(out / "trajectory.npz") as data:
        assert len(data["pose"]) == 17
    assert call("--resume", newest, "--quiet") == 0
    assert results(out) == whole("kinematic")


def test_stopped_before_its_first_checkpoint_nothing_of_them_is_left(tmp_path, monkeypatch):
    def fail(self, state, observation):
        raise RunError("no")

    monkeypatch.setattr(Static, "plan", fail)
    out = tmp_path / "out"
    assert call(*SMALL, "--planner", "static", "--out", out, *SHOTS) == 1
    assert names(out) == RESULTS


# The video


def test_the_video_has_every_frame(tmp_path):
    arguments = (*SMALL, "--dynamics", "kinematic", *SHOTS)
    out, video = tmp_path / "out", tmp_path / "film.mp4"
    killed(before(VideoWriter, "write", 19), *arguments, "--out", out, "--video", video)
    assert not video.exists()
    assert call("--resume", out, "--quiet") == 0
    assert names(tmp_path) == ["film.mp4", "out"]
    assert imageio_ffmpeg.count_frames_and_secs(video)[0] == 25


class Frames:
    """Stands in for the encoder and keeps what it is given."""

    def __init__(self, path, fps, size):
        self.frames = []

    def write(self, frame):
        self.frames.append(frame.copy())

    def snapshot(self):
        return len(self.frames)

    def restore(self, state):
        self.frames = [None] * state


def test_frames_go_on_with_their_trails_and_curves(tmp_path, monkeypatch):
    monkeypatch.setattr(video, "Reel", Frames)
    output = OutputSettings(out=tmp_path, video=tmp_path / "film.mp4", checkpoint=1.0)
    swarm = SwarmSettings(robots=12, dynamics="kinematic")
    config = RunConfig(duration=3.0, rounds=2, swarm=swarm, output=output)
    first = Simulation(config)
    shown = VideoRecording(first, config, 0.02)
    for count, tick in enumerate(first.ticks()):
        shown.show(tick)
        if count == 17:
            data = encode({"film": shown.snapshot(), "run": first.snapshot()}, first.constants)
    second = Simulation(config)
    state = decode(data, second.constants)
    second.restore(state["run"])
    going_on = VideoRecording(second, config, 0.02)
    going_on.restore(state["film"])
    for tick in second.ticks():
        going_on.show(tick)
    frames, expected = going_on.writer.frames, shown.writer.frames
    assert len(frames) == len(expected) == 31
    for one, other in zip(frames[18:], expected[18:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_after_ctrl_c_the_video_is_whole_and_goes_on(tmp_path, monkeypatch):
    out, video = tmp_path / "out", tmp_path / "film.mp4"
    interrupt_before_frame(monkeypatch, 17)
    assert call(*SMALL, "--dynamics", "ideal", "--out", out, "--video", video, *SHOTS) == 130
    monkeypatch.undo()
    assert imageio_ffmpeg.count_frames_and_secs(video)[0] == 16
    assert call("--resume", out, "--quiet") == 0
    assert imageio_ffmpeg.count_frames_and_secs(video)[0] == 25
    assert names(tmp_path) == ["film.mp4", "out"]


def interrupt_before_frame(monkeypatch, count):
    """Let Ctrl-C fall before the n-th frame."""
    write, calls = VideoWriter.write, []

    def interrupted(self, picture):
        calls.append(None)
        if len(calls) == count:
            raise KeyboardInterrupt
        write(self, picture)

    monkeypatch.setattr(VideoWriter, "write", interrupted)


# Every planner


@pytest.mark.parametrize("planner", PLANNER_NAMES)
def test_every_planner_goes_on_from_its_state(planner):
    assert_goes_on(RunConfig(planner=planner, network="disk:1.2", rounds=2, duration=2.5))


@pytest.mark.parametrize(
    "changes",
    [
        {"swarm": SwarmSettings(safety="orca", dynamics="kinematic")},
        {"swarm": SwarmSettings(safety="cbf", dynamics="kinematic")},
        {"network": "er:0.6", "target": "expfam"},
        {"actuation": Actuation(command_delay=0.05, command_jitter=0.1, battery_sag=5.0)},
        {"sensing": Sensing(position_noise=0.01, position_bias=0.01, position_dropout=0.4)},
        {"faults": Faults(dead="0.3@1.9", join="0.2@0.5", stuck="0.2@0.9", stop="0.1@1.5")},
        {"links": LinkSettings(loss=0.3, burst=3.0, link_delay=2)},
        {"links": LinkSettings(loss=0.3), "macro": MacroSettings(consensus="admm")},
        {"links": LinkSettings(radio_range=0.9), "macro": MacroSettings(consensus="push-sum")},
        {"target": "moving_gauss", "motion": MotionSettings(feedforward=True)},
    ],
)
def test_other_settings_go_on(changes):
    config = replace(RunConfig(network="complete", rounds=2, duration=2.5), **changes)
    assert_goes_on(config)


def test_iterative_solves_and_the_papers_settings_go_on():
    config = RunConfig(network="complete", rounds=2, duration=2.0)
    for settings in ({"solver": "cg"}, {"metric": "wasserstein"}, {"curvature_limit": np.inf}):
        assert_goes_on(replace(config, macro=replace(config.macro, **settings)))


def assert_goes_on(config, ticks=12):
    """A new simulation that takes a state over, as bytes, does what the first one does."""
    dynamics = config.swarm.dynamics if config.swarm.dynamics != "bullet" else "kinematic"
    swarm = replace(config.swarm, robots=12, start="centre", dynamics=dynamics)
    config = replace(config, swarm=swarm)
    first = Simulation(config)
    going = first.ticks()
    for _ in range(ticks):
        next(going)
    assert first.goes_on
    data = encode(first.snapshot(), first.constants)
    expected = list(going)
    second = Simulation(config)
    second.restore(decode(data, second.constants))
    actual = list(second.ticks())
    assert len(actual) == len(expected) == config.ticks + 1 - ticks
    for one, other in zip(actual, expected, strict=True):
        for a, b in zip(leaves(one), leaves(other), strict=True):
            np.testing.assert_array_equal(a, b)
    # Constants are not among it; messages under way are.
    assert len(data) < 400_000 * (1 + config.links.link_delay)


def leaves(thing):
    """Return the numbers that a dataclass of dataclasses is made of."""
    if isinstance(thing, Target):
        return [np.asarray(thing.mass)]
    if is_dataclass(thing):
        parts = [leaves(getattr(thing, item.name)) for item in fields(thing)]
        return [leaf for part in parts for leaf in part]
    return [np.zeros(0) if thing is None else np.asarray(thing)]


# A planner of the user's own

OWN = """
from dataclasses import dataclass

import numpy as np

from bildsim.controllers.planner import Report
from bildsim.network.traffic import Traffic


class Memory:
    def __init__(self, rng, robots):
        self.rng, self.robots, self.ticks = rng, robots, 0


@dataclass(frozen=True, eq=False)
class Wander:
    problem: object

    def init(self, observation, rng):
        return Memory(rng, len(observation.positions))

    def plan(self, state, observation):
        state.ticks += 1
        steps = state.rng.uniform(-0.02, 0.02, observation.positions.shape)
        return np.clip(observation.positions + steps, -1, 1), state

    def report(self, state):
        return Report(Traffic.none(state.robots))
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write a planner of the user's own, and return its file."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = tmp_path / "wander_planner.py"
    path.write_text(OWN)
    yield path
    sys.modules.pop("wander_planner", None)


WANDER = ("--planner", "wander_planner:Wander", "--dynamics", "ideal")


def test_a_planner_of_the_users_own_goes_on(tmp_path, own):
    assert call(*SMALL, *WANDER, "--out", tmp_path / "whole") == 0
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 17), *SMALL, *WANDER, "--out", out, *SHOTS)
    text = own.read_text()
    own.write_text(text + "\n# changed\n")
    assert_refused(out / "checkpoint-00000001.5s", [], "whose file has changed")
    own.write_text(text)
    assert call("--resume", out, "--quiet") == 0
    assert results(out) == results(tmp_path / "whole")


def test_a_state_that_cannot_be_stored_is_told_at_once(tmp_path, own, capsys):
    own.write_text(
        OWN.replace("self.ticks = rng, robots, 0", "self.ticks = rng, robots, lambda: 0").replace(
            "state.ticks += 1", "pass"
        )
    )
    assert call(*SMALL, *WANDER, "--out", tmp_path / "out", *SHOTS) == 1
    said = capsys.readouterr().err
    assert said.startswith("bildsim.run: --checkpoint cannot store the state of this run: ")
    assert said.count("\n") == 1
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        assert len(data["time_s"]) == 2


# Refusals


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """Return the directory of a run that was killed after three checkpoints."""
    out = tmp_path_factory.mktemp("stopped") / "out"
    killed(before(Recorder, "tick", 17), *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    return out


@pytest.fixture
def cut(stopped, tmp_path):
    """Return the newest checkpoint of a copy of it."""
    shutil.copytree(stopped, tmp_path / "cut")
    return tmp_path / "cut" / "checkpoint-00000001.5s"


def tree(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def assert_refused(path, arguments, *words):
    """The program says one sentence with these words, and touches nothing."""
    before = tree(path.parent) if path.parent.is_dir() else {}
    with pytest.raises(UsageError) as caught:
        call("--resume", path, *arguments)
    said = caught.value.said(as_option)
    assert said.startswith("--")
    assert "\n" not in said
    for word in words:
        assert word in said, said
    assert (tree(path.parent) if path.parent.is_dir() else {}) == before


def test_damaged_files_are_refused(cut):
    content = cut.read_bytes()
    for damaged in (content[:-1], content[: len(content) // 2], content[:-9] + b"x" * 9):
        cut.write_bytes(damaged)
        assert_refused(cut, [], str(cut), "cut short or damaged")
    for other in (b"", content[:50], b"PK not a checkpoint", content[20:]):
        cut.write_bytes(other)
        assert_refused(cut, [], str(cut), "is no checkpoint")


def test_another_format_is_refused(cut):
    content = cut.read_bytes()
    cut.write_bytes(content.replace(b"bildsim-checkpoint 1 ", b"bildsim-checkpoint 7 ", 1))
    assert_refused(cut, [], str(cut), "format 7", "reads format 1")


def test_other_versions_are_refused(cut, monkeypatch):
    now = run_checkpoint.versions()
    monkeypatch.setattr(run_checkpoint, "versions", lambda: {**now, "numpy": "9.9"})
    assert_refused(cut, [], str(cut), f"written with numpy {now['numpy']}, here it is 9.9")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--robots", 40], ["--robots 12", "--robots 40"]),
        (["--seed", 4], ["--seed 3", "--seed 4"]),
        (["--duration", 5], ["--duration 2.4"]),
        (["--target", "ring"], ["--target gmm3", "--target ring"]),
        (["--planner", "static"], ["--planner"]),
        (["--preset", "paper"], ["--gamma-x"]),
        (["--out", "elsewhere"], ["--out"]),
        (["--video", "film.mp4"], ["--video None"]),
        (["--config", "x.toml"], ["--config x.toml", "exclude each other"]),
    ],
)
def test_another_configuration_is_refused(cut, arguments, words):
    assert_refused(cut, arguments, *words)


def test_the_same_configuration_may_be_given_again(cut, whole):
    same = (*SMALL, "--dynamics", "ideal", "--out", cut.parent)
    assert call(*same, "--resume", cut) == 0
    assert results(cut.parent) == whole("ideal")


def test_the_results_of_another_run_are_refused(cut, stopped, tmp_path):
    moved = tmp_path / "alone"
    moved.mkdir()
    shutil.copy(cut, moved)
    assert_refused(moved / cut.name, [], "does not lie in the results of its run")
    (cut.parent / "config.toml").write_text("seed = 5\n")
    assert_refused(cut, [], "does not lie in the results of its run")


def test_lost_records_are_refused(cut):
    part = cut.parent / "trajectory.pose.part"
    content = part.read_bytes()
    part.write_bytes(content[:100])
    assert_refused(cut, [], "trajectory.pose.part is shorter")
    part.unlink()
    assert_refused(cut, [], "has lost what was recorded")


def test_states_of_another_version_are_refused(cut, monkeypatch):
    class Newer:
        def snapshot(self):
            return 0

        def restore(self, state):
            pass

    def parts(self):
        return {**_parts(self), "newer": Newer()}

    _parts = Simulation._parts
    monkeypatch.setattr(Simulation, "_parts", parts)
    assert_refused(cut, [], "is of another version: it holds no state of 'newer'")


def test_what_is_not_there_is_refused(tmp_path):
    assert_refused(tmp_path / "checkpoint-1", [], "cannot be read: no such file")
    assert_refused(tmp_path, [], "holds no checkpoint")


def test_a_run_that_still_goes_on_is_refused(cut):
    fcntl = pytest.importorskip("fcntl")
    with (cut.parent / "metrics.csv.part").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert_refused(cut, [], "another process writes to")


def test_a_checkpoint_of_reproduce_is_refused(tmp_path):
    from bildsim.programs.checkpoint import file as checkpoint_file

    checkpoint_file.write(tmp_path / "c", {"program": "bildsim.reproduce"}, b"")
    assert_refused(tmp_path / "c", [], "is none of bildsim.run")
