"""``python -m bildsim.bench`` from the command line to its files."""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bildsim.basics.errors import RunError
from bildsim.metrics.reference_scores import ReferenceScores
from bildsim.programs.bench import comparing
from bildsim.programs.bench.main import main
from bildsim.programs.config.ending import run_program
from bildsim.programs.sweep import execution as campaign
from bildsim.programs.sweep import reference_tasks
from bildsim.programs.sweep import runner as sweep
from bildsim.programs.sweep.engines.base import Lost
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS

plot_files = pytest.importorskip("bildsim.programs.plots.files", exc_type=ImportError)

HERE = Path(__file__).resolve().parents[2]
IDEAL = ("--dynamics", "ideal", "--network", "ring", "--rounds", "1")
SMALL = ("--robots", "6", "--duration", ".5", *IDEAL, "--quiet")
SWEEP = ("--planners", "static,hypergradient", "--targets", "gmm3,ring", "--starts", "corner")
TABLES = ("results.csv", "summary.csv")


class InThisProcess:
    """An engine that does all work here, and counts it."""

    done: list = []  # noqa: RUF012  (one list for all, to be looked at from outside)
    lost = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def results(self, tasks):
        for task in tasks:
            self.done.append(task.work)
            lost = self.lost is not None and self.lost(task)
            yield task, Lost("its worker died") if lost else task.work(task.argument)


def quick_scores(target, robots, family, seed=0, draws=50):
    """ReferenceScores that take no time: they are computed for every sweep of these tests."""
    metrics = ("w2", "js_kde", "energy")
    iid, error, quantised = (dict.fromkeys(metrics, value) for value in (0.2, 0.01, 0.1))
    return ReferenceScores(iid, error, quantised, np.zeros((robots, 2)), least_kl=0.02)


@pytest.fixture
def engine(monkeypatch):
    monkeypatch.setattr(InThisProcess, "done", [])
    monkeypatch.setattr(reference_tasks, "reference_scores", quick_scores)
    monkeypatch.setattr(comparing, "make_engine", lambda config: InThisProcess())
    return InThisProcess


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the plots out, which take longer than anything else."""
    monkeypatch.setattr(plot_files, "draw_all", lambda *_: [])


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Call the program in this process, in an empty directory: status and what was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(HERE))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["bildsim.bench", *map(str, arguments)])
        status = run_program("bildsim.bench", main)
        said = capsys.readouterr()
        assert said.out == ""
        return status, said.err

    yield call
    sys.modules.pop("faulty", None)


def rows(out, name="results.csv"):
    with (out / name).open(newline="") as file:
        return list(csv.DictReader(file))


def tables(out):
    return [(out / name).read_bytes() for name in TABLES]


def trials_run(engine):
    found = engine.done.count(sweep.run_trial)
    engine.done.clear()
    return found


@pytest.mark.usefixtures("engine")
def test_files_of_a_sweep(call, tmp_path, monkeypatch):
    monkeypatch.setattr(plot_files, "PRINT_DPI", 60)
    planners = "static,hypergradient,faulty:Raises,faulty:NotANumber"
    assert call("--out", "a", *SMALL, *SWEEP, "--planners", planners, "--seeds", "0:2") == (0, "")
    out = tmp_path / "a"
    assert {path.name for path in out.iterdir()} == {
        *("bench.json", "config.toml", "floors", "plots", "report.html", "results.csv"),
        *("summary.csv", "tables", "timings.csv", "trials"),
    }
    table = rows(out)
    assert len(table) == 4 * 2 * 2 == len(list((out / "trials").iterdir()))
    measured = COLUMNS.keys() - set(TRACKING_COLUMNS)
    assert {"score_w2", "score_js_kde", "kl_floor", *measured} <= table[0].keys()
    for row in table:
        faulty = row["planner"].startswith("faulty")
        assert row["status"] == ("failed" if faulty else "done")
        assert ("ValueError" in row["reason"]) == (row["planner"] == "faulty:Raises")
        assert (row["w2"] == "") == faulty
    names = {"score_w2", "score_js_kde", "time_gmm3", "time_ring", "cost", "final_corner"}
    assert {path.stem for path in (out / "plots").iterdir()} == names
    assert {path.suffix for path in (out / "plots").iterdir()} == {".png", ".svg", ".pdf"}
    assert (out / "tables" / "scores.tex").read_text().startswith("% needs")
    assert len(rows(out / "tables", "paired_tests.csv")) == 2 * 2
    for path in (out / "plots").glob("*.png"):
        assert np.asarray(Image.open(path).convert("L")).std() > 8.0, "something is drawn"
    assert_self_contained((out / "report.html").read_text(), len(names))


def test_a_planner_that_cannot_be_made_is_told_before_anything_runs(call, tmp_path):
    status, said = call("--out", "a", *SMALL, *SWEEP, "--planners", "faulty:Unmade")
    assert status == 2
    assert "no such licence" in said
    assert not (tmp_path / "a").exists()


def assert_self_contained(html, images):
    assert len(re.findall(r'src="data:image/(?:png|svg\+xml);base64,', html)) == images
    assert len(re.findall(r"\ssrc=", html)) == images
    assert "<script" not in html
    assert "<link" not in html
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', html))
    assert not re.search(r"(https?:)?//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]+", "", html))
    for words in ("Raises", "three lines, of words", "hypergradient", "score_w2", "kl_fit (nats)"):
        assert words in html


@pytest.mark.parametrize(
    ("words", "robots"), [((), [6, 6]), (("--sweep", "robots=4,5"), [4, 4, 5, 5])]
)
@pytest.mark.usefixtures("undrawn")
def test_what_trials_call_is_ready_before_anything_is_built(
    call, monkeypatch, engine, words, robots
):
    order = []

    def make_ready_for(configs, console):
        order.append([(config.planner, config.swarm.robots) for config in configs])
        assert console.quiet

    build = sweep.Simulation
    monkeypatch.setattr(comparing, "make_ready_for", make_ready_for)
    monkeypatch.setattr(sweep, "Simulation", lambda config: order.append("built") or build(config))
    assert call("--out", "a", *SMALL, *SWEEP, "--seeds", "0:2", *words) == (0, "")
    assert sorted(order[0]) == sorted(zip(["hypergradient", "static"] * 2, robots, strict=False))
    assert set(order[1:]) == {"built"}


@pytest.mark.usefixtures("undrawn")
def test_the_same_command_again_runs_nothing(call, tmp_path, engine):
    line = ("--out", "a", *SMALL, *SWEEP, "--seeds", "0:3")
    assert call(*line) == (0, "")
    assert trials_run(engine) == 12
    before = tables(tmp_path / "a")
    assert call(*line) == (0, "")
    assert not engine.done
    assert tables(tmp_path / "a") == before


@pytest.mark.usefixtures("undrawn")
def test_a_sweep_grows_and_runs_what_it_lacks(call, tmp_path, engine):
    assert call("--out", "a", *SMALL, *SWEEP, "--seeds", "0:2", "--targets", "ring") == (0, "")
    assert trials_run(engine) == 4
    assert call("--out", "a", *SMALL, *SWEEP, "--seeds", "2,0:2") == (0, "")
    assert trials_run(engine) == 8
    assert call("--out", "b", *SMALL, *SWEEP, "--seeds", "0:3") == (0, "")
    assert tables(tmp_path / "a") == tables(tmp_path / "b")


OTHERS = [
    (("--seeds", "1:3"), "results of --seeds 0:2, and --seeds 1:3 leaves out 0: name all of"),
    (("--targets", "ring"), "--targets gmm3,ring, and --targets ring leaves out gmm3"),
    (("--planners", "static,cvt"), "leaves out hypergradient"),
    (("--starts", "uniform"), "--starts corner, and --starts uniform leaves out corner"),
    (("--duration", "0.6"), "a sweep with --duration 0.5, and this one has --duration 0.6"),
    (("--robots", "7"), "a sweep with --robots 6, and this one has --robots 7"),
    (("--order", "5"), "a sweep with --order"),
    (("--sweep", "robots=4,6"), "with --sweep None, and this one has --sweep robots=4,6"),
]


@pytest.mark.usefixtures("undrawn")
def test_other_results_are_never_replaced(call, tmp_path, engine):
    line = ("--out", "a", *SMALL, *SWEEP, "--seeds", "0:2")
    assert call(*line) == (0, "")
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    engine.done.clear()
    for words, said in OTHERS:
        status, sentence = call(*line, *words)
        assert (status, sentence.count("\n")) == (2, 1), words
        assert said in sentence
        assert sentence.endswith("give another directory\n")
        assert not engine.done, words
        after = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
        assert after == before, words
    assert call(*line, "--jobs", "1") == (0, ""), "who works does not matter"


@pytest.mark.usefixtures("undrawn")
def test_its_configuration_runs_it_again(call, tmp_path, engine):
    assert call("--out", "a", *SMALL, *SWEEP, "--seeds", "0,4", "--metrics-period", ".2") == (0, "")
    assert call("--config", "a/config.toml", "--out", "b") == (0, "")
    assert tables(tmp_path / "a") == tables(tmp_path / "b")


@pytest.mark.usefixtures("undrawn")
def test_a_lost_worker_is_told_and_tried_again(call, tmp_path, engine, monkeypatch):
    line = ("--out", "a", *SMALL, *SWEEP, "--seeds", "0:2")
    hit = lambda task: task.work is sweep.run_trial and task.argument.target == "ring"  # noqa: E731
    monkeypatch.setattr(engine, "lost", staticmethod(hit))
    assert call(*line) == (0, "")
    for row in rows(tmp_path / "a"):
        lost = row["target"] == "ring"
        assert (row["status"], row["reason"]) == (
            ("failed", "its worker died") if lost else ("done", "")
        )
    monkeypatch.setattr(engine, "lost", None)
    engine.done.clear()
    assert call(*line) == (0, "")
    assert trials_run(engine) == 4
    assert {row["status"] for row in rows(tmp_path / "a")} == {"done"}


@pytest.mark.usefixtures("undrawn")
def test_without_floors_there_are_no_scores(call, tmp_path, engine, monkeypatch):
    monkeypatch.setattr(engine, "lost", staticmethod(lambda task: task.work is not sweep.run_trial))
    loud = [word for word in SMALL if word != "--quiet"]
    status, said = call("--out", "a", *loud, *SWEEP, "--seeds", "0")
    assert status == 0
    assert "no scores for target ring: its worker died" in said
    table = rows(tmp_path / "a")
    assert not [name for name in table[0] if name.startswith("score_")]
    assert all(float(row["w2"]) > 0.0 for row in table)


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (RunError("no"), 1)])
def test_stopped_early_it_says_so_and_keeps_the_trials(
    call, tmp_path, engine, monkeypatch, error, status
):
    line = ("--out", "a", *SMALL, *SWEEP, "--seeds", "0:2")
    whole = InThisProcess.results

    def stops(self, tasks):
        for count, found in enumerate(whole(self, tasks)):
            if count == 3:
                raise error
            yield found

    with monkeypatch.context() as patch:
        patch.setattr(engine, "results", stops)
        ended, said = call(*line)
    assert (ended, said.count("\n")) == (status, 1)
    assert len(list((tmp_path / "a" / "trials").iterdir())) == 3
    assert not (tmp_path / "a" / "results.csv").exists()


def wait_for_trials(child, out, count):
    deadline = time.monotonic() + 90.0
    while len(list((out / "trials").glob("*.json"))) < count:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.usefixtures("undrawn", "engine")
@pytest.mark.parametrize(
    ("stop", "status"),
    [(signal.SIGKILL, -9), pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow)],
)
def test_a_stopped_sweep_goes_on_to_the_same_bytes(call, tmp_path, environment, stop, status):
    line = [*SMALL, "--planners", "hypergradient", "--starts", "corner", "--seeds", "0:20"]
    assert call("--out", "whole", *line) == (0, "")
    # The references are there already: this test is not about them.
    for place in ("floors", "bench.json"):
        copy = shutil.copytree if place == "floors" else shutil.copy
        (tmp_path / "cut").mkdir(exist_ok=True)
        copy(tmp_path / "whole" / place, tmp_path / "cut" / place)
    child = subprocess.Popen(
        [sys.executable, "-m", "bildsim.bench", *line, "--jobs", "2", "--out", "cut"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for_trials(child, tmp_path / "cut", 3)
    if stop == signal.SIGKILL:
        child.kill()
    else:
        # As a terminal does: to every process of the group.
        os.killpg(child.pid, stop)
    child.communicate(timeout=60)
    assert child.returncode == status
    left = list((tmp_path / "cut" / "trials").glob("*.json"))
    assert 3 <= len(left) < 40
    assert not (tmp_path / "cut" / "results.csv").exists()
    kept = {path.name: path.stat().st_mtime_ns for path in left}
    assert call("--out", "cut", *line) == (0, "")
    assert tables(tmp_path / "cut") == tables(tmp_path / "whole")
    for name, written in kept.items():
        assert (tmp_path / "cut" / "trials" / name).stat().st_mtime_ns == written
    wait_for_end_of_group(child.pid)


def wait_for_end_of_group(group):
    """The workers end with the program, however it ended."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a worker outlives the program")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ("--out is missing",)),
        ("--out a --planners nobody", ("--planners 'nobody'", "bild-macro", "package.module")),
        ("--out a --planners static,hypergradeint", ("did you mean hypergradient",)),
        ("--out a --planners math:tau", ("math:tau", "no planner")),
        ("--out a --planners nowhere:X", ("nowhere:X", "cannot be imported")),
        ("--out a --planners static,static", ("--planners names static twice",)),
        ("--out a --planners ,", ("--planners", "one or more")),
        ("--out a --targets hills", ("--targets 'hills'", "letter_E")),
        ("--out a --targets gmm3,,ring", ("--targets", "comma")),
        ("--out a --targets ring,Ring", ("--targets names ring twice",)),
        ("--out a --starts korner", ("--starts 'korner'", "corner")),
        ("--out a --seeds 5:5", ("--seeds 5:5", "empty")),
        ("--out a --seeds 5:2", ("--seeds 5:2", "empty")),
        ("--out a --seeds a:b", ("--seeds a:b", "whole numbers")),
        ("--out a --seeds -1", ("--seeds -1", "whole numbers")),
        ("--out a --seeds 1:2:3", ("--seeds 1:2:3",)),
        ("--out a --seeds 1.5", ("--seeds 1.5",)),
        ("--out a --seeds 0:3,2", ("--seeds names 2 twice",)),
        ("--out a --seeds 0:999999999", ("--seeds 0:999999999", "100000")),
        ("--out a --seeds 0:90000", ("--seeds 0:90000", "360000 trials")),
        ("--out a --dynamics quick", ("--dynamics quick", "kinematic")),
        ("--out a --robots 0", ("--robots 0", "1 to")),
        ("--out a --network er:0.001", ("--network er:0.001", "groups")),
        ("--out a --duration 0.05", ("--duration 0.05", "multiple")),
        ("--out a --jobs 0", ("--jobs 0", "1 to 1024")),
        ("--out a --engine mpi", ("--engine mpi", "local")),
        ("--out a --engine local --scheduler tcp://h:1", ("exclude each other",)),
        ("--out a --jobs 2 --scheduler tcp://h:1", ("exclude each other",)),
        ("--out a --seed 3", ("--seed", "did you mean --seeds")),
        ("--out a --video a.mp4", ("unknown options", "--video")),
        ("--out full", ("--out full", "not empty")),
        ("--out full/notes", ("--out full/notes", "file")),
        ("--out a --config no.toml", ("--config no.toml", "cannot be read")),
        ("--out a --config full/bad.toml", ("key seeds", "not text")),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(call, tmp_path, line, words):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").write_text("precious")
    (tmp_path / "full" / "bad.toml").write_text("seeds = 3")
    before = sorted(tmp_path.rglob("*"))
    small = [] if "--dynamics" in line else ["--dynamics", "ideal"]
    status, said = call("--quiet", *small, *SWEEP, *line.split())
    assert status == 2, said
    assert said.startswith("bildsim.bench: ")
    assert said.count("\n") == 1
    for word in words:
        assert word in said, said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("missing", "line", "command"),
    [
        ("distributed", "--engine dask", "pip install 'bildsim[cluster]'"),
        ("distributed", "--scheduler tcp://127.0.0.1:1", "pip install 'bildsim[cluster]'"),
    ],
)
def test_without_a_package_one_sentence_says_what_to_do(
    call, tmp_path, monkeypatch, missing, line, command
):
    there = campaign.find_spec
    monkeypatch.setattr(
        campaign, "find_spec", lambda name: None if name == missing else there(name)
    )
    status, said = call("--out", "a", *SMALL, *line.split())
    assert (status, said.count("\n")) == (2, 1)
    assert missing in said
    assert command in said
    assert not list(tmp_path.iterdir())


def test_where_no_scheduler_answers_one_sentence_says_so(call, tmp_path):
    pytest.importorskip("distributed")
    status, said = call("--out", "a", *SMALL, "--scheduler", "nowhere")
    assert (status, said.count("\n")) == (2, 1)
    assert "--scheduler nowhere cannot be reached" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("engine", "undrawn")
def test_it_tells_what_came_out_and_where(call):
    status, said = call("--out", "a", *[word for word in SMALL if word != "--quiet"], *SWEEP)
    assert status == 0
    for words in ("20/20", "trials", "score w2", "static", "written a/report.html"):
        assert words in said


@pytest.mark.slow
def test_workers_of_a_cluster_make_the_same_table(call, tmp_path, undrawn):
    """Both engines as they are, with real workers."""
    line = (*SMALL, *SWEEP, "--seeds", "0:3", "--jobs", "2")
    assert call("--out", "local", *line) == (0, "")
    assert call("--out", "dask", *line, "--engine", "dask") == (0, "")
    assert tables(tmp_path / "local") == tables(tmp_path / "dask")


# Robustness sweeps


@pytest.mark.usefixtures("engine")
def test_files_of_a_robustness_sweep(call, tmp_path, monkeypatch):
    monkeypatch.setattr(plot_files, "PRINT_DPI", 60)
    line = ("--planners", "static,hypergradient", "--targets", "gmm3", "--starts", "corner")
    varied = ("--sweep", "max-speed=.05,.2", "--seeds", "0:2")
    assert call("--out", "a", *SMALL, *line, *varied) == (0, "")
    out = tmp_path / "a"
    table = rows(out)
    assert [(row["sweep"], row["value"]) for row in table] == [
        ("max-speed", value) for value in ("0.05", "0.2") for _ in range(4)
    ]
    summary = rows(out, "summary.csv")
    assert len(summary) == 2 * 2
    for value in ("0.05", "0.2"):
        found = [float(r["w2"]) for r in table if r["value"] == value and r["planner"] == "static"]
        (said,) = (r for r in summary if r["value"] == value and r["planner"] == "static")
        assert float(said["w2"]) == pytest.approx(np.median(found))
    # Slow robots get less far, and those that stand still are none the slower.
    of = {(r["planner"], r["value"]): float(r["path_length_m"]) for r in summary}
    assert of["hypergradient", "0.05"] < of["hypergradient", "0.2"]
    assert of["static", "0.05"] == of["static", "0.2"] == 0.0
    page = (out / "report.html").read_text()
    pictures = {path.stem for path in (out / "plots").iterdir()}
    assert pictures == {"degradation_gmm3", "time_max-speed_0.05_gmm3", "time_max-speed_0.2_gmm3"}
    assert page.count("data:image/svg+xml;base64,") == len(pictures)


@pytest.mark.usefixtures("engine", "undrawn")
def test_a_robustness_sweep_goes_on_with_more_values(call, engine):
    line = ("--out", "a", *SMALL, *SWEEP, "--planners", "static", "--seeds", "0")
    assert call(*line, "--sweep", "robots=4,6")[0] == 0
    assert trials_run(engine) == 2 * 2
    assert call(*line, "--sweep", "robots=4,5,6")[0] == 0
    assert trials_run(engine) == 2
    for other, said in (
        ("robots=4,6", "leaves out 5"),
        ("loss=0,.1", "a sweep with --sweep robots=4,5,6, and this one has --sweep loss=0,.1"),
    ):
        status, sentence = call(*line, "--sweep", other)
        assert status == 2
        assert said in sentence
    assert call(*line)[0] == 2


@pytest.mark.parametrize("value", ["9", "-1", "nan"])
def test_a_value_that_no_run_can_have_is_refused_before_anything_is_run(call, tmp_path, value):
    status, said = call("--out", "a", *SMALL, *SWEEP, "--sweep", f"max-speed=.1,{value}")
    assert (status, said.count("\n")) == (2, 1)
    assert "--max-speed" in said or "--sweep" in said
    assert not (tmp_path / "a").exists()
