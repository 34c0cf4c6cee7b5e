"""A session: one run with everything that watches it, called without a command line."""

import csv
import io
import json
import re
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from rich.console import Console

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.programs.config import ending
from bildsim.programs.run import session as session_module
from bildsim.programs.run.resume import open_checkpoint
from bildsim.programs.run.session import Ending, Session
from bildsim.programs.run.video import VideoRecording
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import COLUMNS
from bildsim.targets.target import named_target

SMALL = RunConfig(
    planner="static",
    duration=1.2,
    swarm=SwarmSettings(robots=6, dynamics="ideal"),
    output=OutputSettings(quiet=True),
)


def into(directory, config=SMALL, **output):
    return replace(config, output=replace(config.output, out=directory, **output))


def rows(directory):
    with (directory / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def said(directory):
    return json.loads((directory / "summary.json").read_text())


def stop_at(monkeypatch, tick, error):
    """Let the planner raise when it plans from that tick on."""
    plan = Static.plan

    def stopping(self, state, observation):
        if round(10 * observation.time_s) >= tick:
            raise error
        return plan(self, state, observation)

    monkeypatch.setattr(Static, "plan", stopping)


def test_a_run_that_comes_to_its_end_is_done(tmp_path):
    session = Session(into(tmp_path / "out"))
    assert session.execute() == Ending("done", "")
    assert session.newest_checkpoint is None
    assert [float(row["time_s"]) for row in rows(tmp_path / "out")] == pytest.approx([0, 1, 1.2])


def test_what_is_recorded_is_what_the_simulation_does(tmp_path):
    Session(into(tmp_path / "out", replace(SMALL, planner="cvt"))).execute()
    simulation = Simulation(replace(SMALL, planner="cvt"))
    ticks = list(simulation.ticks())
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        np.testing.assert_array_equal(data["pose"], [tick.pose for tick in ticks])
        np.testing.assert_array_equal(data["waypoint"], [tick.waypoint for tick in ticks])
    last = rows(tmp_path / "out")[-1]
    metrics = PositionMetrics.of(named_target("gmm3"))
    assert float(last["kl_fit"]) == ticks[-1].kl_fit
    assert float(last["w2"]) == metrics.w2(ticks[-1].pose[:, :2])


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (RunError("robot 3 is lost"), Ending("failed", "robot 3 is lost", 1)),
        (KeyboardInterrupt(), Ending("interrupted", "stopped by Ctrl-C", 130)),
    ],
)
def test_a_run_that_is_cut_short_writes_its_last_tick(tmp_path, monkeypatch, error, ending):
    stop_at(monkeypatch, 5, error)
    assert Session(into(tmp_path / "out")).execute() == ending
    assert [float(row["time_s"]) for row in rows(tmp_path / "out")] == pytest.approx([0, 0.5])
    summary = said(tmp_path / "out")
    assert (summary["status"], summary["reason"]) == ending[:2]
    assert summary["simulated_s"] == pytest.approx(0.5)


def test_a_session_goes_on_from_a_checkpoint_and_adds_its_time_up(tmp_path, monkeypatch):
    Session(into(tmp_path / "whole")).execute()
    stop_at(monkeypatch, 8, KeyboardInterrupt())
    config = into(tmp_path / "cut", checkpoint=0.5)
    moments = iter([float(second) for second in range(1000)])
    monkeypatch.setattr(session_module.time, "perf_counter", lambda: next(moments))
    stopped = Session(config, started=-100.0)
    assert stopped.execute().status == "interrupted"
    before = said(tmp_path / "cut")["wall_s"]
    assert before >= 100.0
    monkeypatch.undo()
    checkpoint = open_checkpoint(stopped.newest_checkpoint)
    assert checkpoint.tick == 5
    session = Session(checkpoint.goes_on_as(config), checkpoint)
    assert session.execute().status == "done"
    assert session.newest_checkpoint is None, "a finished run leaves none"
    assert said(tmp_path / "cut")["wall_s"] >= 100.0
    for name in ("metrics.csv", "trajectory.npz"):
        whole, cut = (tmp_path / out / name for out in ("whole", "cut"))
        assert whole.read_bytes() == cut.read_bytes()


def test_what_cannot_be_run_leaves_nothing(tmp_path):
    config = into(tmp_path / "out", replace(SMALL, network="disk:0.01"))
    with pytest.raises(UsageError, match="groups that cannot reach each other"):
        Session(config)
    assert not list(tmp_path.iterdir())


def test_the_physics_is_closed_however_it_ends(tmp_path, monkeypatch):
    closed = []
    monkeypatch.setattr(Simulation, "close", lambda self: closed.append(self))
    stop_at(monkeypatch, 2, ZeroDivisionError("a planner's own"))
    assert Session(SMALL).execute().status == "failed"
    monkeypatch.setattr(Session, "_watch", lambda self: 1 / 0)
    monkeypatch.setattr(ending.tempfile, "tempdir", str(tmp_path))
    assert Session(SMALL).execute().status == "failed"
    assert len(closed) == 2


def test_what_nobody_has_foreseen_leaves_what_there_is_and_its_traceback(tmp_path, monkeypatch):
    show = VideoRecording.show

    def fail(self, tick):
        if tick.time_s > 0.35:
            raise ZeroDivisionError("a bug")
        show(self, tick)

    monkeypatch.setattr(VideoRecording, "show", fail)
    config = into(tmp_path / "out", SMALL)
    config = replace(config, output=replace(config.output, video=tmp_path / "a.mp4"))
    ended = Session(config).execute()
    assert (ended.status, ended.exit_status) == ("failed", 1)
    (file,) = (tmp_path / "out").glob("bildsim-traceback-*.txt")
    words = "ZeroDivisionError: a bug, which nobody has foreseen: please report it with"
    assert ended.reason == f"{words} {file}"
    assert "raise ZeroDivisionError" in file.read_text()
    assert said(tmp_path / "out")["reason"] == ended.reason
    assert cv2.VideoCapture(str(tmp_path / "a.mp4")).get(cv2.CAP_PROP_FRAME_COUNT) == 4
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        assert len(data["time_s"]) == 5


def test_only_what_was_written_is_said_to_be(tmp_path, monkeypatch, capsys):
    close = VideoRecording.close

    def fail(self):
        close(self)
        (tmp_path / "a.mp4").unlink()
        raise RunError("the video could not be encoded: no space left")

    monkeypatch.setattr(VideoRecording, "close", fail)
    config = into(tmp_path / "out", replace(SMALL, output=replace(SMALL.output, quiet=False)))
    config = replace(config, output=replace(config.output, video=tmp_path / "a.mp4"))
    ended = Session(config).execute()
    assert (ended.status, ended.exit_status) == ("failed", 1)
    err = capsys.readouterr().err
    assert f"written {tmp_path / 'out'}" in err
    assert "a.mp4" not in err
    assert (tmp_path / "out" / "summary.json").exists()


def test_the_table_is_printed_unless_it_is_quiet(monkeypatch):
    for quiet in (True, False):
        console = Console(file=io.StringIO(), quiet=quiet, width=80)
        monkeypatch.setattr(session_module, "open_console", lambda console=console, **_: console)
        Session(SMALL).execute()
        assert ("KL to the target" in console.file.getvalue()) != quiet


def test_a_run_says_its_tracking_error_and_runs_again(program, tmp_path):
    line = "--target split --target-speed .1 --feedforward --robots 8 --duration 2 --planner cvt"
    ended = program(*line.split(), "--dynamics", "kinematic", "--out", "one")
    assert ended.status == 0
    assert "tracking error" in ended.err
    summary = said(tmp_path / "one")
    assert summary["final"]["w2_mean"] > 0.0
    assert summary["kl_settling_s"] is None
    names = (tmp_path / "one" / "metrics.csv").read_text().splitlines()[0].split(",")
    assert names == list(COLUMNS)
    assert summary["kl_excess"] == pytest.approx(summary["final"]["kl_fit"] - summary["kl_floor"])
    motion = {"target_speed": 0.1, "target_time": None, "feedforward": True}
    assert summary["configuration"]["motion"] == motion
    program("--config", "one/config.toml", "--quiet", "--out", "two")
    for name in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_bar_and_the_table_say_the_same_factor(tmp_path, monkeypatch):
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    monkeypatch.setattr(session_module, "open_console", lambda quiet: console)
    shots = into(tmp_path / "out", video=tmp_path / "film.mp4")
    # What was compiled before began before the run's clock.
    session = Session(shots, started=time.perf_counter() - 3.0, compile_s=50.0)
    assert session.execute() == Ending("done")
    factor = said(tmp_path / "out")["real_time_factor"]
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", console.file.getvalue())
    assert re.findall(r"([\d.]+)x real time", text)[-1] == f"{factor:.2f}"
    assert re.search(rf"real-time factor +{factor:.2f}\b", text)
    assert factor < 1.0, "three seconds were not left out"
