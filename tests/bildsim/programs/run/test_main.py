"""Whole runs: what they leave, that they repeat to the byte, and how they end early."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.programs.config.toml_file import merged_toml
from bildsim.programs.output.film_process import FilmProcess
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.run.main import main
from bildsim.simulation.config import RunConfig
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS

FILES = ["config.toml", "metrics.csv", "summary.json", "trajectory.npz"]
SUMMARY = {
    "status",
    "target_source",
    "reason",
    "kl_floor",
    "kl_excess",
    "final",
    "simulated_s",
    "kl_settling_s",
    "planner_ms_a_robot",
    "wall_s",
    "real_time_factor",
    "time_budget_s",
    "compile_s",
    "seed",
    "swarm",
    "configuration",
    "versions",
}
ROBOTS = 10
SMALL = ("--robots", ROBOTS, "--rounds", 2, "--network", "complete", "--quiet")


def rows(out):
    with (out / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def frames(video):
    return imageio_ffmpeg.count_frames_and_secs(video)[0]


def names(directory):
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run to its end with all outputs; the directory that they are in."""
    place = tmp_path_factory.mktemp("whole")
    outputs = ("--out", place / "out", "--video", place / "film.mp4", "--metrics-period", 0.5)
    status = main([str(word) for word in (*SMALL, "--duration", 1.7, "--seed", 3, *outputs)])
    assert status == 0
    return place


def test_the_files_and_nothing_else(whole):
    assert names(whole) == ["film.mp4", "out"]
    assert names(whole / "out") == FILES


def test_metrics_have_a_row_a_period_and_one_at_the_end(whole):
    table = rows(whole / "out")
    assert list(table[0]) == [name for name in COLUMNS if name not in TRACKING_COLUMNS]
    times = [float(row["time_s"]) for row in table]
    np.testing.assert_allclose(times, [0.0, 0.5, 1.0, 1.5, 1.7], rtol=0, atol=1e-12)
    for row in table:
        assert all(np.isfinite(float(value)) for value in row.values())


def test_the_trajectory_has_every_tick(whole):
    with np.load(whole / "out" / "trajectory.npz") as data:
        shapes = {name: data[name].shape for name in data}
        np.testing.assert_allclose(data["time_s"], np.arange(18) / 10, rtol=0, atol=1e-12)
        assert np.abs(data["waypoint"]).max() <= 1.0
        moved = np.linalg.norm(np.diff(data["pose"][:, :, :2], axis=0), axis=2)
    wheels = (18, ROBOTS, 2)
    assert shapes == {
        "time_s": (18,),
        "pose": (18, ROBOTS, 3),
        "waypoint": wheels,
        "command": wheels,
        "applied": wheels,
        "active": (18, ROBOTS),
    }
    way = float(rows(whole / "out")[-1]["path_length_m"])
    assert way == pytest.approx(moved.sum(axis=0).mean())


def test_faults_and_limits_from_the_command_line(program, tmp_path):
    options = "--dead 0.25@0.2 --join robots:0@0.1 --max-wheel-speed 4.8 --position-noise 0.01"
    where = ("--dynamics", "kinematic", "--duration", 0.5, "--out", "out")
    assert program(*SMALL, *options.split(), *where).status == 0
    assert rows(tmp_path / "out")[-1]["active"] == "8"
    with np.load("out/trajectory.npz") as data:
        assert data["active"].sum(axis=1).tolist() == [9, 10, 8, 8, 8, 8]
        assert not data["active"][0, 0]
        assert 0.0 < np.abs(data["applied"]).max() <= 4.8 * (1 + 1e-12)
        away = np.linalg.norm(data["waypoint"][0] - data["pose"][0, :, :2], axis=1)
        assert 0.001 < away.mean() < 0.03, "planners were told of measured places"
    again = program("--config", "out/config.toml", "--out", "again", "--quiet")
    assert again.status == 0
    for name in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_the_summary_agrees_with_the_metrics(whole):
    said = json.loads((whole / "out" / "summary.json").read_text())
    assert said.keys() == SUMMARY
    assert (said["status"], said["reason"], said["seed"]) == ("done", "", 3)
    last = rows(whole / "out")[-1]
    assert said["final"] == {name: float(value) for name, value in last.items()}
    assert said["kl_excess"] == pytest.approx(said["final"]["kl_fit"] - said["kl_floor"])
    assert said["simulated_s"] == pytest.approx(1.7)
    assert said["kl_settling_s"] == "inf", "ten robots are far from gmm3 after 1.7 s"
    assert 0.0 < said["planner_ms_a_robot"] < 1e3
    assert said["configuration"]["swarm"]["robots"] == ROBOTS
    # The least KL of the order-6 family for gmm3, found by another minimiser: 0.018.
    assert said["kl_floor"] == pytest.approx(0.018, abs=0.001)


def test_the_video_has_a_frame_a_tick(whole):
    assert frames(whole / "film.mp4") == 18
    video = cv2.VideoCapture(str(whole / "film.mp4"))
    size = video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)
    assert size == (1280, 720)
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(30.0)
    video.release()


def test_the_configuration_is_the_one_that_was_run(whole):
    config = merged_toml(RunConfig(), whole / "out" / "config.toml")
    assert (config.duration, config.seed, config.swarm.robots) == (1.7, 3, ROBOTS)
    assert config.output.metrics_period == 0.5


def test_repeats_to_the_byte_from_its_configuration_on_any_number_of_threads(process, tmp_path):
    # From 32 robots on the estimator uses two threads where it may.
    first = ("--robots", 36, "--rounds", 2, "--duration", 0.6, "--metrics-period", 0.2, "--quiet")
    again = ("--config", "a/config.toml")
    for arguments, out, threads in ((first, "a", "1"), (again, "b", "2")):
        ended = process(*arguments, "--out", out, OMP_NUM_THREADS=threads)
        assert (ended.status, ended.out, ended.err) == (0, "", ""), "--quiet prints nothing"
    for name in ("config.toml", "metrics.csv", "trajectory.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_what_follows_from_the_number_of_robots_may_be_given_and_goes_on_following(
    program, tmp_path
):
    short = ("--duration", 0.2, "--rounds", 1, "--dynamics", "kinematic", "--quiet")
    assert program(*short, "--robots", 400, "--out", "many").status == 0
    said = json.loads((tmp_path / "many" / "summary.json").read_text())
    follows = {"radius": 0.0125, "max_speed": 0.2, "network": "er:0.5", "network_by_number": True}
    tracking = {"gain": 12.0, "delay_borne_s": pytest.approx(0.0109, abs=1e-4)}
    width = {"arena_width": 2.0}
    assert said["swarm"] == {"robots": 400, **width, **follows, **tracking}
    again = ("--config", "many/config.toml", "--quiet")
    given = ("--radius", 0.0125, "--max-speed", 0.2, "--network", "er:0.5")
    assert program(*again, "--out", "again").status == 0
    assert program(*again, *given, "--out", "given").status == 0
    for out in ("again", "given"):
        for name in ("metrics.csv", "trajectory.npz"):
            assert (tmp_path / out / name).read_bytes() == (tmp_path / "many" / name).read_bytes()
    assert program(*again, "--robots", 3, "--out", "few").status == 0
    said = json.loads((tmp_path / "few" / "summary.json").read_text())
    follows |= {"radius": 0.025, "network": "complete"}
    tracking["delay_borne_s"] = pytest.approx(0.0218, abs=1e-4)
    assert said["swarm"] == {"robots": 3, **width, **follows, **tracking}


@pytest.mark.parametrize(
    ("robots", "dynamics"),
    [
        (1, "bullet"),
        (2, "bullet"),
        (3, "ideal"),
        (7, "kinematic"),
        (250, "bullet"),
        (3000, "ideal"),
    ],
)
def test_any_number_of_robots_runs_with_no_other_option(program, tmp_path, robots, dynamics):
    line = ("--robots", robots, "--dynamics", dynamics, "--planner", "static", "--duration", 0.2)
    assert program(*line, "--quiet", "--out", "out").status == 0
    assert rows(tmp_path / "out")[-1]["active"] == str(robots)


def test_few_survivors_are_joined_too(program, tmp_path):
    """The network goes with the number of robots when there are fewest."""
    line = ("--robots", 30, "--join", "0.9@0.1", "--dynamics", "ideal", "--duration", 0.3)
    assert program(*line, "--quiet", "--out", "out").status == 0
    said = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert said["swarm"]["network"] == "complete"
    assert rows(tmp_path / "out")[0]["components"] == "1"


def test_another_seed_gives_another_run(program, tmp_path):
    for out, seed in (("a", 0), ("b", 1), ("c", 0)):
        assert program(*SMALL, "--duration", 0.2, "--out", out, "--seed", seed).status == 0
    a, b, c = ((tmp_path / out / "trajectory.npz").read_bytes() for out in "abc")
    assert a == c
    assert a != b


def test_it_tells_what_came_out_and_where(program):
    ended = program(*SMALL[:-1], "--duration", 0.2, "--out", "results", "--video", "film.mp4")
    assert (ended.status, ended.out) == (0, "")
    for words in ("KL to the target", "real-time factor", "written results", "written film.mp4"):
        assert words in ended.err


def test_it_tells_before_the_run_what_delay_tracking_bears(program, tmp_path):
    late = (*SMALL[:-1], "--dynamics", "kinematic", "--command-delay", 0.2, "--duration", 0.2)
    ended = program(*late, "--delay-compensation", "gain", "--out", "results")
    said = "tracking commands are late by 0.2 s: the gain is 1.31/s, which bears 0.2 s"
    assert ended.err.index(said) < ended.err.index("KL to the target")
    swarm = json.loads((tmp_path / "results" / "summary.json").read_text())["swarm"]
    assert swarm["gain"] == pytest.approx(1.309, abs=1e-3)
    assert swarm["delay_borne_s"] == pytest.approx(0.2)


def test_without_outputs_nothing_is_written(program, tmp_path):
    ended = program(*SMALL, "--duration", 0.2)
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert not names(tmp_path)


def test_the_video_may_lie_in_the_directory_of_results(program, tmp_path):
    (tmp_path / "out").mkdir()
    ended = program(*SMALL, "--duration", 0.2, "--out", "out", "--video", "out/film.mp4")
    assert ended.status == 0
    assert names(tmp_path / "out") == sorted([*FILES, "film.mp4"])


def test_planners_without_estimates_leave_those_cells_empty(program, tmp_path):
    assert program(*SMALL, "--duration", 0.2, "--planner", "static", "--out", "out").status == 0
    for row in rows(tmp_path / "out"):
        assert row["kl_estimate"] == row["disagreement"] == ""
        assert row["bytes_sent"] == "0.0"


def test_a_planner_of_the_users_own(program, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from bildsim.controllers.baselines.reference.static import Static\n"
        "class Still(Static):\n    pass\n"
    )
    ended = program(*SMALL, "--duration", 0.2, "--planner", "mine:Still", "--out", "out")
    assert (ended.status, ended.err) == (0, "")
    assert names(tmp_path / "out") == FILES


# Ends before the end


def assert_kept(place, status, least_ticks=1):
    """Files are whole, agree with each other and say how the run ended; return the reason."""
    assert names(place / "out") == FILES
    said = json.loads((place / "out" / "summary.json").read_text())
    assert said["status"] == status
    with np.load(place / "out" / "trajectory.npz") as data:
        ticks = len(data["time_s"])
        assert data["pose"].shape == (ticks, ROBOTS, 3)
        assert data["time_s"][-1] == pytest.approx(said["simulated_s"])
    assert ticks >= least_ticks
    table = rows(place / "out")
    assert float(table[-1]["time_s"]) == said["final"]["time_s"] == said["simulated_s"]
    return ticks, said["reason"]


def wait_for_progress(child, path):
    deadline = time.monotonic() + 60.0
    while not (path.exists() and path.stat().st_size):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("signals", "status", "said"),
    [
        ([signal.SIGINT], 130, "stopped by Ctrl-C"),
        ([signal.SIGTERM], 143, "stopped by SIGTERM"),
        ([signal.SIGHUP], 129, "stopped by SIGHUP"),
        ([signal.SIGINT, signal.SIGINT], 130, "stopped by Ctrl-C"),
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGHUP", "Ctrl-C twice"],
)
def test_a_signal_keeps_what_there_is(tmp_path, environment, signals, status, said):
    command = [sys.executable, "-m", "bildsim.run", *map(str, SMALL), "--duration", "1000"]
    child = subprocess.Popen(
        [*command, "--out", "out", "--video", "film.mp4"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for_progress(child, tmp_path / "out" / "trajectory.pose.part")
    # As a terminal does: to every process of the group, the encoder's as well if it were in it.
    for number in signals:
        os.killpg(child.pid, number)
        time.sleep(0.1)
    try:
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (child.returncode, out, err) == (status, "", f"bildsim.run: {said}\n")
    ticks, reason = assert_kept(tmp_path, "interrupted", least_ticks=10)
    assert reason == said
    assert names(tmp_path) == ["film.mp4", "out"]
    # The signal can come after the frame of a tick and before its row, or the other way.
    assert abs(frames(tmp_path / "film.mp4") - ticks) <= 1


@pytest.mark.parametrize("listener", ["gone", "full"])
def test_a_run_goes_on_when_nobody_reads_its_progress(tmp_path, environment, listener):
    if listener == "full" and not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    words = [str(word) for word in SMALL if word != "--quiet"]
    command = [sys.executable, "-m", "bildsim.run", *words, "--dynamics", "ideal"]
    reader, writer = os.pipe()
    os.close(reader)
    if listener == "full":
        os.close(writer)
        writer = os.open("/dev/full", os.O_WRONLY)
    ended = subprocess.run(
        [*command, "--duration", "1", "--out", "out", "--video", "film.mp4"],
        cwd=tmp_path,
        env={**environment, "TTY_COMPATIBLE": "1"},
        stderr=writer,
        timeout=60,
    )
    os.close(writer)
    assert ended.returncode == 0
    assert_kept(tmp_path, "done", least_ticks=11)
    assert names(tmp_path) == ["film.mp4", "out"]


def failing_after(ticks, error):
    """Return a ``plan`` that stands still for some ticks and then raises."""
    done = []

    def plan(self, state, observation):
        done.append(None)
        if len(done) > ticks:
            raise error
        return state.copy(), state

    return plan


OUTPUTS = ("--planner", "static", "--duration", 2, "--out", "out", "--video", "film.mp4")


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [(RunError("robot 3 is lost"), 1, "failed"), (KeyboardInterrupt(), 130, "interrupted")],
)
def test_a_run_that_stops_keeps_what_there_is(program, tmp_path, monkeypatch, error, status, name):
    monkeypatch.setattr(Static, "plan", failing_after(5, error))
    ended = program(*SMALL, *OUTPUTS)
    assert (ended.status, ended.out) == (status, "")
    ticks, reason = assert_kept(tmp_path, name)
    assert ended.err == f"bildsim.run: {reason}\n"
    assert ticks == frames(tmp_path / "film.mp4") == 6
    assert names(tmp_path) == ["film.mp4", "out"]


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [(RunError("no"), 1, "failed"), (KeyboardInterrupt(), 130, "interrupted")],
)
def test_a_run_that_stops_before_its_first_tick(
    program, tmp_path, monkeypatch, error, status, name
):
    def init(self, observation, rng):
        raise error

    monkeypatch.setattr(Static, "init", init)
    ended = program(*SMALL, *OUTPUTS)
    assert ended.status == status
    assert ended.err.count("\n") == 1
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == FILES
    said = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (said["status"], said["final"], said["simulated_s"]) == (name, {}, 0.0)
    assert rows(tmp_path / "out") == []


def test_an_estimator_that_loses_stability(program, tmp_path):
    """A limit cycle: y stays bounded, so only what the robots see of themselves tells."""
    robots = ("--robots", ROBOTS, "--network", "ring", "--dynamics", "ideal", "--duration", 8)
    unstable = ("--preset", "paper", "--gamma-y", 0.64)
    ended = program(*robots, *unstable, "--quiet", "--out", "out")
    assert ended.status == 1
    _, reason = assert_kept(tmp_path, "failed")
    assert re.search(r"in round \d+: the density of robot \d+ changed", reason)
    assert ended.err == f"bildsim.run: {reason}\n"
    for words in ("round", "robot", "--gamma-y"):
        assert words in reason


def failing(close, reason):
    """Return a ``close`` that closes and then complains."""

    def close_and_fail(self, *arguments, **keywords):
        close(self, *arguments, **keywords)
        raise RunError(reason)

    return close_and_fail


def test_a_failing_encoder_does_not_take_the_figures_with_it(program, tmp_path, monkeypatch):
    monkeypatch.setattr(FilmProcess, "close", failing(FilmProcess.close, "the disk is full"))
    ended = program(*SMALL, *OUTPUTS)
    assert (ended.status, ended.err) == (1, "bildsim.run: the disk is full\n")
    ticks, reason = assert_kept(tmp_path, "failed")
    assert (ticks, reason) == (21, "the disk is full")


def test_a_profile_says_where_the_time_went(program, tmp_path):
    ended = program(*SMALL[:-1], "--duration", 1, "--profile", *OUTPUTS)
    assert ended.status == 0
    spent = json.loads((tmp_path / "out" / "summary.json").read_text())["time_budget_s"]
    for name in ("starting", "physics", "tracking", "planning", "fit", "drawing", "waiting"):
        assert spent[name] > 0.0
        assert re.search(rf"^{name} +\d+\.\d\d s +\d+ %", ended.err, re.MULTILINE), name
    whole = json.loads((tmp_path / "out" / "summary.json").read_text())["wall_s"]
    assert sum(spent.values()) == pytest.approx(whole, abs=0.05)


def test_results_that_cannot_be_finished_end_in_one_sentence(program, monkeypatch):
    monkeypatch.setattr(Recorder, "close", failing(Recorder.close, "no space left"))
    ended = program(*SMALL, *OUTPUTS)
    assert (ended.status, ended.out, ended.err) == (1, "", "bildsim.run: no space left\n")


# The main job


@pytest.mark.slow
def test_a_hundred_robots_shape_gmm3_in_a_minute(tmp_path):
    arguments = ["--robots", "100", "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*arguments, "--video", str(tmp_path / "film.mp4")]) == 0
    said = json.loads((tmp_path / "out" / "summary.json").read_text())
    # What was asked of the defaults: within 0.05 nats of the least that the family allows, and
    # estimates as close to the exact fit.
    assert said["kl_excess"] <= 0.05
    assert said["final"]["kl_estimate"] <= 0.05
    assert frames(tmp_path / "film.mp4") == 601


def test_the_default_planner_descends(program, tmp_path):
    arguments = ("--robots", 20, "--duration", 6, "--quiet", "--out", "out")
    assert program(*arguments).status == 0
    table = rows(tmp_path / "out")
    kl = [float(row["kl_fit"]) for row in table]
    assert kl[-1] < 0.3 * kl[0]


def test_the_wall_time_of_a_second_run_in_a_process_counts_from_its_own_start(tmp_path):
    for name in ("first", "second"):
        begun = time.perf_counter()
        assert main([*map(str, SMALL), "--duration", "0.2", "--out", str(tmp_path / name)]) == 0
        elapsed = time.perf_counter() - begun
    summary = json.loads((tmp_path / "second" / "summary.json").read_text(encoding="utf-8"))
    assert 0.0 < summary["wall_s"] <= elapsed
