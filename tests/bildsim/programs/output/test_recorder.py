"""The files of a run: exact, identical for identical runs, and streamed."""

import csv
import json
import os
import sys
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.output.recorder import FIELDS, Recorder

COLUMNS = ("time_s", "kl_fit", "contacts")
ROBOTS = 3


def ticks(count, seed=0):
    rng = np.random.default_rng(seed)
    for index in range(count):
        yield (
            0.1 * index,
            rng.normal(size=(ROBOTS, 3)),
            *(rng.normal(size=(ROBOTS, 2)) for _ in range(3)),
            rng.random(ROBOTS) < 0.5,
        )


def record(directory, count=5, summary=None, seed=0):
    recorder = Recorder(directory, ROBOTS, COLUMNS, "robots = 3\n")
    for tick in ticks(count, seed):
        recorder.tick(*tick)
        recorder.row({"time_s": tick[0], "kl_fit": np.float64(tick[1][0, 0]), "contacts": 2})
    recorder.close(summary or {"kl_fit": 0.1})
    return directory


def test_the_files_and_nothing_else(tmp_path):
    out = record(tmp_path / "out")
    assert sorted(os.listdir(out)) == [
        "config.toml",
        "metrics.csv",
        "summary.json",
        "trajectory.npz",
    ]
    assert (out / "config.toml").read_text() == "robots = 3\n"


def test_an_empty_directory_is_taken(tmp_path):
    assert (record(tmp_path) / "summary.json").exists()


def test_trajectory_reads_back_exactly(tmp_path):
    out = record(tmp_path / "out", count=5)
    expected = [np.array(series) for series in zip(*ticks(5), strict=True)]
    with np.load(out / "trajectory.npz") as data:
        assert list(data) == list(FIELDS)
        for name, series in zip(FIELDS, expected, strict=True):
            assert data[name].dtype == (np.bool_ if name == "active" else np.float64)
            np.testing.assert_array_equal(data[name], series)


def test_a_trajectory_without_ticks_has_its_shapes(tmp_path):
    with np.load(record(tmp_path / "out", count=0) / "trajectory.npz") as data:
        assert data["time_s"].shape == (0,)
        assert data["pose"].shape == (0, ROBOTS, 3)


def test_a_trajectory_longer_than_a_chunk_reads_back(tmp_path):
    robots, count = 2000, 50
    recorder = Recorder(tmp_path / "out", robots, COLUMNS, "")
    pose = np.arange(3.0 * robots).reshape(robots, 3)
    active = np.arange(robots) % 3 > 0
    for index in range(count):
        wheels = pose[:, :2] + index
        recorder.tick(float(index), pose * index, wheels, -wheels, 2 * wheels, active)
    recorder.close({})
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        steps = np.arange(float(count))[:, None, None]
        np.testing.assert_array_equal(data["pose"], pose * steps)
        np.testing.assert_array_equal(data["applied"], 2 * (pose[:, :2] + steps))
        np.testing.assert_array_equal(data["active"], np.tile(active, (count, 1)))


def test_the_same_run_gives_the_same_bytes(tmp_path):
    first, second = record(tmp_path / "a"), record(tmp_path / "b")
    for name in os.listdir(first):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    with zipfile.ZipFile(first / "trajectory.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    other = record(tmp_path / "c", seed=1)
    for name in ("metrics.csv", "trajectory.npz"):
        assert (first / name).read_bytes() != (other / name).read_bytes()


@given(
    value=st.one_of(
        st.floats(allow_nan=False), st.floats(width=32, allow_nan=False).map(np.float32)
    ),
    count=st.one_of(st.integers(-(2**63), 2**63 - 1), st.booleans()),
)
def test_metrics_read_back_exactly(tmp_path_factory, value, count):
    out = tmp_path_factory.mktemp("run") / "out"
    recorder = Recorder(out, 1, COLUMNS, "")
    recorder.row({"kl_fit": value, "contacts": count, "time_s": np.int64(7)})
    recorder.close({})
    with (out / "metrics.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert float(row["kl_fit"]) == value
    assert int(row["contacts"]) == count
    assert row["time_s"] == "7"


def test_a_column_without_a_value_stays_empty(tmp_path):
    recorder = Recorder(tmp_path / "out", 1, COLUMNS, "")
    recorder.row({"time_s": 0.1, "contacts": 0})
    recorder.close({})
    lines = (tmp_path / "out" / "metrics.csv").read_text().splitlines()
    assert lines == ["time_s,kl_fit,contacts", "0.1,,0"]


def test_unknown_columns_and_wrong_shapes_are_refused(tmp_path):
    recorder = Recorder(tmp_path / "out", ROBOTS, COLUMNS, "")
    with pytest.raises(ValueError, match="w2"):
        recorder.row({"w2": 1.0})
    time_s, pose, waypoint, command, _, active = next(ticks(1))
    with pytest.raises(ValueError, match="applied"):
        recorder.tick(time_s, pose, waypoint, command, np.zeros((ROBOTS + 1, 2)), active)
    recorder.close({})
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        assert len(data["pose"]) == 0


def test_summary_understands_numpy_and_paths(tmp_path):
    summary = {
        "kl": np.float64(0.5),
        "n": np.int64(3),
        "ok": np.bool_(True),
        "x": np.array([1.0, 2.0]),
        "where": tmp_path,
    }
    out = record(tmp_path / "out", summary=summary)
    assert json.loads((out / "summary.json").read_text()) == {
        "kl": 0.5,
        "n": 3,
        "ok": True,
        "x": [1.0, 2.0],
        "where": str(tmp_path),
    }


def test_until_the_end_everything_but_the_configuration_is_a_part(tmp_path):
    recorder = Recorder(tmp_path / "out", ROBOTS, COLUMNS, "")
    recorder.tick(*next(ticks(1)))
    names = set(os.listdir(tmp_path / "out"))
    assert {name for name in names if not name.endswith(".part")} == {"config.toml"}
    recorder.close({})
    recorder.close({})
    assert not any(name.endswith(".part") for name in os.listdir(tmp_path / "out"))


def test_a_tick_cut_by_an_interruption_is_dropped(tmp_path):
    class Interrupting:
        def __init__(self, file):
            self.file, self.close = file, file.close

        def write(self, data):
            self.file.write(data[:9])
            raise KeyboardInterrupt

    recorder = Recorder(tmp_path / "out", ROBOTS, COLUMNS, "")
    first, second = ticks(2)
    recorder.tick(*first)
    recorder._series["command"] = Interrupting(recorder._series["command"])
    with pytest.raises(KeyboardInterrupt):
        recorder.tick(*second)
    recorder.close({"interrupted": True})
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        for name, value in zip(FIELDS, first, strict=True):
            np.testing.assert_array_equal(data[name], [value])


def test_memory_does_not_grow_with_the_run(tmp_path):
    robots = 500
    recorder = Recorder(tmp_path / "out", robots, COLUMNS, "")
    pose, pair, active = np.ones((robots, 3)), np.ones((robots, 2)), np.ones(robots, dtype=bool)

    def run(count):
        for index in range(count):
            recorder.tick(float(index), pose, pair, pair, pair, active)
            recorder.row({"time_s": index})

    run(5)
    tracemalloc.start()
    run(5)
    before = tracemalloc.get_traced_memory()[0]
    run(300)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    recorder.close({})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    recorded = 300 * robots * 9 * 8
    assert after - before < recorded / 100
    assert peak - before < recorded / 2


def test_a_full_disk_is_one_sentence(tmp_path):
    resource = pytest.importorskip("resource")
    recorder = Recorder(tmp_path / "out", 1000, COLUMNS, "")
    pose, pair, active = np.ones((1000, 3)), np.ones((1000, 2)), np.ones(1000, dtype=bool)

    def fill():
        for index in range(100):
            recorder.tick(float(index), pose, pair, pair, pair, active)

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(RunError, match="cannot be written") as caught:
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(tmp_path / "out") in str(caught.value)
    assert "\n" not in str(caught.value)
    recorder.close({"failed": True})
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        assert (data["pose"] == 1.0).all()
        assert len(data["pose"]) >= 1


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path):
    with pytest.raises(RunError, match="cannot be written"):
        Recorder(tmp_path / "missing" / "out", 1, COLUMNS, "")


def test_results_are_replaced_where_the_system_renames_onto_nothing(tmp_path, monkeypatch):
    def rename(path, target):
        if target.exists():
            raise FileExistsError(17, "File exists", str(target))
        return path.replace(target)

    monkeypatch.setattr(Path, "rename", rename)
    first = Recorder(tmp_path / "out", ROBOTS, COLUMNS, "robots = 3\n")
    for tick in ticks(2):
        first.tick(*tick)
    sizes = first.snapshot()
    first.close({}, keep_parts=True)
    again = Recorder(tmp_path / "out", ROBOTS, COLUMNS, "", resumed=sizes)
    again.close({"status": "done"})
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["status"] == "done"
    assert not list((tmp_path / "out").glob("*.part"))


def test_results_are_written_where_the_system_has_no_such_locks(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert (record(tmp_path / "out") / "summary.json").exists()


def test_the_second_of_two_runs_begun_at_once_changes_nothing(tmp_path):
    first = Recorder(tmp_path / "out", 2, ("time_s",), "first = 1")
    first.row({"time_s": 0.5})
    with pytest.raises(UsageError, match=r"^--out is not possible: another process writes to"):
        Recorder(tmp_path / "out", 2, ("time_s",), "second = 2")
    first.close({})
    assert (tmp_path / "out" / "config.toml").read_text() == "first = 1"
    assert (tmp_path / "out" / "metrics.csv").read_text() == "time_s\n0.5\n"
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(UsageError, match=r"another run has begun in .*out meanwhile"):
        Recorder(tmp_path / "out", 2, ("time_s",), "second = 2")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
