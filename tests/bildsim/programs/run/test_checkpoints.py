"""Runs that are killed go on from their checkpoints to the same bytes."""

import json
import os
import sys
from dataclasses import fields, is_dataclass, replace

import imageio_ffmpeg
import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.registry import PLANNER_NAMES, knowledge_of
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.dynamics import DYNAMICS_NAMES
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.encoder import encode
from bildsim.programs.output import film, recorder
from bildsim.programs.output.film import Film
from bildsim.programs.output.film_process import FilmProcess
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.run import checkpoints as run_checkpoint
from bildsim.programs.run.checkpoints import Checkpoints
from bildsim.programs.run.video import VideoRecording
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.target import Target
from tests.bildsim.programs.run.killing import (
    RESULTS,
    SHOTS,
    SMALL,
    assert_refused,
    before,
    call,
    killed,
    names,
    results,
)

# The same bytes


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_checkpoints_change_nothing(tmp_path, undisturbed, dynamics):
    assert call(*SMALL, "--dynamics", dynamics, "--out", tmp_path / "out", *SHOTS) == 0
    assert results(tmp_path / "out") == undisturbed(dynamics)


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_killed_twice(tmp_path, undisturbed, dynamics):
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 17), *SMALL, "--dynamics", dynamics, "--out", out, *SHOTS)
    assert names(out)[:2] == ["checkpoint-00000001.0s", "checkpoint-00000001.5s"]
    assert "summary.json" not in names(out)
    killed(before(Recorder, "tick", 8), "--resume", out / "checkpoint-00000001.5s", "--quiet")
    assert names(out)[:2] == ["checkpoint-00000001.5s", "checkpoint-00000002.0s"]
    assert call("--resume", out / "checkpoint-00000002.0s", "--quiet") == 0
    assert results(out) == undisturbed(dynamics)


@pytest.mark.parametrize("option", ["--quiet", "--profile"])
def test_a_run_that_goes_on_may_say_more_or_less_and_be_killed_again(tmp_path, undisturbed, option):
    out, line = tmp_path / "out", [word for word in SMALL if word != option]
    killed(before(Recorder, "tick", 17), *line, "--dynamics", "ideal", "--out", out, *SHOTS)
    killed(before(Recorder, "tick", 8), "--resume", out, option)
    assert call("--resume", out) == 0
    for name, expected in undisturbed("ideal").items():
        assert name == "config.toml" or results(out)[name] == expected


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
    "before an old one is removed": before(run_checkpoint, "checkpoints_in", 3),
    "before the files are whole": before(Recorder, "close"),
    "while the trajectory is packed": before(Recorder, "_copy_series", 3),
    "before the summary": before(recorder, "write_text", 2),
}


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere(tmp_path, undisturbed, place):
    out = tmp_path / "out"
    killed(PLACES[place], *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    assert call("--resume", out, "--quiet") == 0
    assert results(out) == undisturbed("ideal")


def test_killed_while_it_tidies_up_it_is_finished(tmp_path, undisturbed, capsys):
    out = tmp_path / "out"
    prepare = before(run_checkpoint, "remove_parts")
    killed(prepare, *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    assert json.loads((out / "summary.json").read_text())["status"] == "done"
    assert call("--resume", out / "checkpoint-00000002.0s", "--no-quiet") == 0
    assert capsys.readouterr().err == f"bildsim.run: the run in {out} is finished\n"
    assert results(out) == undisturbed("ideal")


def test_from_the_older_of_the_two(tmp_path, undisturbed):
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 20), *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    prepare = before(Recorder, "tick", 2)
    killed(prepare, "--resume", out / "checkpoint-00000001.0s", "--quiet")
    assert names(out)[0] == "checkpoint-00000001.0s"
    assert "checkpoint-00000001.5s" not in names(out), "it would not fit what is recorded by now"
    assert call("--resume", out, "--quiet", "--checkpoint", 0.3) == 0
    assert results(out)["metrics.csv"] == undisturbed("ideal")["metrics.csv"]


def test_after_ctrl_c_files_are_whole_and_it_goes_on(tmp_path, undisturbed, monkeypatch, capsys):
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
    assert results(out) == undisturbed("kinematic")


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
    killed(before(FilmProcess, "show", 19), *arguments, "--out", out, "--video", video)
    assert not video.exists()
    assert call("--resume", out, "--quiet") == 0
    assert names(tmp_path) == ["film.mp4", "out"]
    assert imageio_ffmpeg.count_frames_and_secs(video)[0] == 25


class Frames:
    """Stands in for the encoder and keeps what it is given."""

    made = None

    def __init__(self, path, fps, size):
        Frames.made = self
        self.frames = []

    def write(self, frame):
        self.frames.append(frame.copy())

    def snapshot(self):
        return len(self.frames)

    def restore(self, state):
        self.frames = [None] * state


def test_frames_go_on_with_their_trails_and_curves(tmp_path, monkeypatch):
    monkeypatch.setattr(film, "SegmentedVideoWriter", Frames)
    output = OutputSettings(out=tmp_path, video=tmp_path / "film.mp4", checkpoint=1.0)
    swarm = SwarmSettings(robots=12, dynamics="kinematic")
    config = RunConfig(duration=3.0, rounds=2, swarm=swarm, output=output)
    first = Simulation(config)
    shown = VideoRecording(first, config, 0.02, Film())
    expected = Frames.made.frames
    for count, tick in enumerate(first.ticks()):
        shown.show(tick)
        if count == 17:
            data = encode({"film": shown.snapshot(), "run": first.snapshot()}, first.constants)
    second = Simulation(config)
    state = decode(data, second.constants)
    second.restore(state["run"])
    going_on = VideoRecording(second, config, 0.02, Film())
    going_on.restore(state["film"])
    for tick in second.ticks():
        going_on.show(tick)
    frames = Frames.made.frames
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
    show, calls = FilmProcess.show, []

    def interrupted(self, state, camera):
        calls.append(None)
        if len(calls) == count:
            raise KeyboardInterrupt
        show(self, state, camera)

    monkeypatch.setattr(FilmProcess, "show", interrupted)


# Every planner


@pytest.mark.parametrize("planner", PLANNER_NAMES)
def test_every_planner_goes_on_from_its_state(planner):
    assert_goes_on(RunConfig(planner=planner, network="disk:1.2", rounds=2, duration=2.5))


@pytest.mark.parametrize("planner", [n for n in PLANNER_NAMES if knowledge_of(n).channel])
def test_planners_that_talk_go_on_over_bad_links(planner):
    links = LinkSettings(loss=0.3, link_delay=3, message_bits=8)
    config = RunConfig(planner=planner, network="disk:1.2", rounds=2, duration=2.0, links=links)
    assert_goes_on(config)


@pytest.mark.parametrize(
    "changes",
    [
        {"swarm": SwarmSettings(safety="orca", dynamics="kinematic")},
        {"swarm": SwarmSettings(safety="cbf", dynamics="kinematic")},
        {"network": "er:0.6", "target": "expfam"},
        {"actuation": Actuation(command_delay=0.05, command_jitter=0.1, battery_sag=5.0)},
        {"sensing": Sensing(position_noise=0.01, position_bias=0.01, position_dropout=0.4)},
        {"sensing": Sensing(localisation="overhead-camera", outliers=0.1)},
        {"sensing": Sensing(localisation="odometry", wheel_separation_error=0.01)},
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
    trusting = ["--trust-checkpoint"]
    assert_refused(out / "checkpoint-00000001.5s", trusting, "whose file has changed")
    own.write_text(text)
    assert_refused(out, [], "--planner wander_planner:Wander", "--trust-checkpoint")
    assert call("--resume", out, "--quiet", *trusting) == 0
    assert results(out) == results(tmp_path / "whole")


def test_a_run_with_files_of_the_users_goes_on_while_they_are_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("t.npy", np.eye(5))
    np.savetxt("s.csv", np.linspace([-0.9, -0.9], [0.9, 0.9], 12), delimiter=",")
    line = (*SMALL, "--robots", 12, "--target-file", "t.npy", "--start", "s.csv")
    line = (*line, "--dynamics", "kinematic")
    assert call(*line, "--out", "whole") == 0
    killed(before(Recorder, "tick", 17), *line, "--out", "out", *SHOTS)
    for name in ("t.npy", "s.csv"):
        path = tmp_path / name
        content = path.read_bytes()
        path.write_bytes(content[:-8] + b"0.8\n    ")
        words = (name, "whose file has changed or is not there")
        assert_refused(tmp_path / "out" / "checkpoint-00000001.5s", [], *words)
        path.write_bytes(content)
    assert call("--resume", "out", "--quiet") == 0
    assert results(tmp_path / "out") == results(tmp_path / "whole")


def test_a_state_that_cannot_be_stored_is_refused_at_once(tmp_path, own, capsys):
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


def test_a_video_that_a_stopped_run_goes_on_with_is_nobody_elses(tmp_path, program):
    line = (*SMALL, "--dynamics", "ideal", "--video", "film.mp4")
    killed(before(Recorder, "tick", 12), *line, "--out", "out", *SHOTS)
    left = {path.name: path.read_bytes() for path in tmp_path.glob("film*")}
    ended = program(*line, "--out", "other")
    assert ended.status == 2
    assert ended.err.startswith("bildsim.run: --video film.mp4 is being made by a run that was ")
    assert "--resume" in ended.err
    assert {path.name: path.read_bytes() for path in tmp_path.glob("film*")} == left
    assert not (tmp_path / "other").exists()
    assert program("--resume", "out").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "out"]


def test_a_run_over_a_radio_of_ones_own_goes_on_while_it_is_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    radio = tmp_path / "r.toml"
    text = 'base = "802.15.4"\n[radio]\nshare = 0.04\n'
    radio.write_text(text)
    line = (*SMALL, "--planner", "moment-cells", "--dynamics", "ideal", "--radio", "r.toml")
    assert call(*line, "--out", "whole") == 0
    killed(before(Recorder, "tick", 17), *line, "--out", "out", *SHOTS)
    radio.write_text(text.replace("0.04", "0.05"))
    words = ("--radio r.toml", "whose file has changed or is not there")
    assert_refused(tmp_path / "out" / "checkpoint-00000001.5s", [], *words)
    radio.write_text(text)
    assert call("--resume", "out", "--quiet") == 0
    assert results(tmp_path / "out") == results(tmp_path / "whole")
    said = json.loads((tmp_path / "out" / "summary.json").read_text())["radio"]
    assert said["rounds_a_second"] < 10.0


@pytest.mark.parametrize("planner", ["bild-macro", "moment-cells", "kde_consensus"])
def test_a_run_that_sends_only_what_has_changed_goes_on_alike(tmp_path, monkeypatch, planner):
    monkeypatch.chdir(tmp_path)
    line = [*SMALL, "--planner", planner, "--dynamics", "ideal", "--send-threshold", "0.05"]
    line += ["--half-range", "1.5", "--message-format", "float16"]
    assert call(*line, "--out", "whole") == 0
    killed(before(Recorder, "tick", 17), *line, "--out", "out", *SHOTS)
    assert call("--resume", "out", "--quiet") == 0
    assert results(tmp_path / "out") == results(tmp_path / "whole")
