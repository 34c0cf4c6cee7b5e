"""``python -m bildsim.reproduce`` from the command line to its files."""

import csv
import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from bildsim.programs.config.ending import run_program
from bildsim.programs.reproduce import processes as side_by_side
from bildsim.programs.reproduce import recorded_run as watched_run
from bildsim.programs.reproduce import reproducing
from bildsim.programs.reproduce.config import chosen_target
from bildsim.programs.reproduce.main import main

figures = pytest.importorskip("bildsim.programs.reproduce.figures", exc_type=ImportError)

SMALL = ("--robots", "8", "--rounds", "30", "--quiet")
FIGURES = ("figure1", "figure2_paper", "figure2_ours", "figure3")
TABLES = [
    f"{table}_{name}.csv"
    for table in ("convergence", "stability", "robots", "learned")
    for name in ("paper", "ours")
]


class KilledError(BaseException):
    pass


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Call the program in this process, in an empty directory: status and what was said."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["bildsim.reproduce", *map(str, arguments)])
        status = run_program("bildsim.reproduce", main)
        said = capsys.readouterr()
        assert said.out == ""
        return status, said.err

    return call


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the figures out, which take longer than anything else."""
    monkeypatch.setattr(reproducing, "_draw", lambda *_: None)


def contents(directory, pattern="*.csv"):
    return {path.name: path.read_bytes() for path in sorted(directory.glob(pattern))}


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_files_of_a_run(call, tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "DPI", 40)
    assert call("--out", "a", *SMALL) == (0, "")
    out = tmp_path / "a"
    drawn = {f"{name}.{kind}" for name in FIGURES for kind in ("png", "pdf")}
    names = {path.name for path in out.iterdir()}
    assert names == {*drawn, *TABLES, "options.json", "summary.json"}
    for name in FIGURES:
        pixels = np.asarray(Image.open(out / f"{name}.png").convert("L"))
        assert pixels.std() > 10.0, "something is drawn"
        assert (out / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    positions = rows(out / "robots_ours.csv")
    assert {row["round"] for row in positions} == {"0", "1", "3", "9", "30"}
    assert len(positions) == 5 * 8
    assert rows(out / "convergence_paper.csv")[-1]["round"] == "30"
    assert len(rows(out / "learned_paper.csv")[0]) == 49


@pytest.mark.usefixtures("undrawn")
def test_kernels_are_ready_before_the_first_run_is_timed(call, monkeypatch):
    order = []

    def make_ready(names, console):
        order.append(names)
        assert console.quiet

    watch = side_by_side.watch
    monkeypatch.setattr(reproducing, "make_ready", make_ready)
    monkeypatch.setattr(side_by_side, "watch", lambda *args: order.append(None) or watch(*args))
    assert call("--out", "a", *SMALL) == (0, "")
    assert {"changes", "ascent", "densities", "mixing"} <= set(order[0])
    assert order[1:] == [None, None]


@pytest.mark.usefixtures("undrawn")
def test_summary_agrees_with_the_tables(call, tmp_path):
    assert call("--out", "a", "--settings", "paper", *SMALL) == (0, "")
    summary = json.loads((tmp_path / "a" / "summary.json").read_text())
    assert list(summary["runs"]) == ["paper"]
    last = rows(tmp_path / "a" / "convergence_paper.csv")[-1]
    final = summary["runs"]["paper"]["final"]
    for name in ("gradient_norm", "displacement_m", "kl_learned", "kl_change"):
        assert final[name] == float(last[name])
    assert summary["configuration"]["constants"]["paper"]["gamma_y"] == 0.9
    assert {"python", "numpy", "numba"} <= summary["versions"].keys()
    assert 0.0 <= summary["kl_floor"] < final["kl_fit"]
    assert not (tmp_path / "a" / "robots_ours.csv").exists()


@pytest.mark.usefixtures("undrawn")
def test_a_stopped_run_goes_on_to_the_same_bytes(call, tmp_path, monkeypatch):
    """Stopped in the second of two runs, after the first has left its last checkpoint."""
    monkeypatch.setattr(watched_run, "CHECKPOINT_S", 0.0)
    call("--out", "whole", *SMALL)
    steps = []

    def stop(*_, **__):
        steps.append(1)
        if len(steps) == 50:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(side_by_side, "SHOWN_ROUNDS", 1)
        patch.setattr(reproducing.Progress, "update", stop)
        with pytest.raises(KilledError):
            call("--out", "cut", *SMALL)
    left = {path.name for path in (tmp_path / "cut").iterdir()}
    assert left == {"options.json", "checkpoint-paper", "checkpoint-ours"}
    status, said = call("--out", "cut", *SMALL, "--seed", "1")
    assert status == 2
    assert "--seed 0, not --seed 1" in said
    assert call("--out", "cut", *SMALL) == (0, "")
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")
    assert not list((tmp_path / "cut").glob("checkpoint*"))


@pytest.mark.slow
def test_kill_minus_nine(tmp_path, environment):
    """The operating system ends the process in the midst of it, in several places."""
    code = (
        "import sys;"
        "from bildsim.programs.reproduce import main, recorded_run, reproducing;"
        "recorded_run.CHECKPOINT_S = 0.0; reproducing._WORTH_A_PROCESS = 0;"
        "sys.exit(main.main(sys.argv[1:]))"
    )
    environment = {**environment, "OMP_NUM_THREADS": "2"}
    line = [sys.executable, "-c", code, "--robots", "20", "--rounds", "1500", "--quiet", "--out"]
    subprocess.run([*line, "whole"], cwd=tmp_path, env=environment, check=True)
    killed = 0
    for seconds in (6.0, 7.0, 8.0):
        process = subprocess.Popen([*line, "cut"], cwd=tmp_path, env=environment)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        else:
            break
    if killed and not (tmp_path / "cut" / "summary.json").exists():
        subprocess.run([*line, "cut"], cwd=tmp_path, env=environment, check=True)
    assert killed
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_processes_side_by_side_write_the_same_bytes(call, tmp_path, monkeypatch):
    call("--out", "one_process", *SMALL)
    monkeypatch.setattr(reproducing, "_WORTH_A_PROCESS", 0)
    monkeypatch.setattr(reproducing, "thread_count", lambda: 2)
    assert call("--out", "two_more", *SMALL) == (0, "")
    assert contents(tmp_path / "two_more") == contents(tmp_path / "one_process")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("directory", ["empty", "begun"])
def test_a_directory_left_by_a_run_that_was_killed_as_it_began_will_do(call, tmp_path, directory):
    (tmp_path / directory).mkdir()
    if directory == "begun":
        (tmp_path / directory / "options.json.part").write_text("{")
    assert call("--out", directory, *SMALL) == (0, "")
    assert not list((tmp_path / directory).glob("*.part"))


@pytest.mark.usefixtures("undrawn")
def test_a_finished_run_is_not_overwritten(call, tmp_path):
    call("--out", "a", *SMALL)
    before = contents(tmp_path / "a", "*")
    status, said = call("--out", "a", *SMALL)
    assert status == 2
    assert "--out a holds a finished run" in said
    assert contents(tmp_path / "a", "*") == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ("--out", "directory")),
        ("--out a --robots 0", ("--robots 0", "1 to 2000")),
        ("--out a --robots 2001", ("--robots 2001", "1 to 2000")),
        ("--out a --robots 1.5", ("--robots 1.5", "whole number")),
        ("--out a --rounds 0", ("--rounds 0", "1 to")),
        ("--out a --rounds 1e5", ("--rounds 1e5", "whole number")),
        ("--out a --seed -1", ("--seed -1", "0 or more")),
        ("--out a --target hills", ("--target hills", "two-hills")),
        ("--out a --network disk:0.5", ("--network disk:0.5", "regular")),
        ("--out a --network er:0.001", ("--network er:0.001", "groups")),
        ("--out a --network rign", ("--network", "did you mean ring")),
        ("--out a --settings theirs", ("--settings theirs", "paper")),
        ("--out a --round 3", ("--round", "did you mean --rounds")),
        ("--out no/where", ("--out no/where", "not exist")),
        ("--out full", ("--out full", "not empty")),
        ("--out full/notes", ("--out full/notes", "file")),
        ("--out odd", ("--out odd", "options.json", "cannot be read")),
        ("--out " + "x" * 300, ("--out", "cannot be used")),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(call, tmp_path, line, words):
    for name, file in (("full", "notes"), ("odd", "options.json")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("[]")
    before = sorted(tmp_path.rglob("*"))
    status, said = call("--quiet", *line.split())
    assert status == 2
    assert said.startswith("bildsim.reproduce: ")
    assert said.count("\n") == 1
    for word in words:
        assert word in said
    assert sorted(tmp_path.rglob("*")) == before


def test_without_pybullet_it_runs(process, tmp_path):
    code = (
        "import sys; sys.modules['pybullet'] = None;"
        "from bildsim.programs.reproduce import main, reproducing;"
        "reproducing._draw = lambda *_: None; sys.exit(main.main(sys.argv[1:]))"
    )
    ended = process("--out", "a", *SMALL, command=(sys.executable, "-c", code))
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert len(contents(tmp_path / "a")) == len(TABLES)


def test_help_names_every_option_with_units(call, capsys):
    with pytest.raises(SystemExit) as stop:
        call("--help")
    assert stop.value.code in (0, None)
    shown = capsys.readouterr().out
    options = {"out", "robots", "rounds", "target", "network", "seed", "settings", "quiet"}
    assert {f"--{name}" for name in options} <= set(re.findall(r"--[a-z-]+", shown))
    assert " m)" in shown


def test_two_hills_is_what_the_help_says():
    target = chosen_target("Two-Hills", 0)
    points = np.array([[-0.45, -0.45], [0.45, 0.45], [0.7, 0.45], [0.45, -0.45]])
    low, high, side, far = target.density(points)
    assert low == pytest.approx(high, rel=1e-12)
    uniform = 0.02 / 4.0
    # Beside the other hill, 1.3 m away, nothing is left of the first.
    assert (side - uniform) / (high - uniform) == pytest.approx(np.exp(-0.5), rel=1e-3)
    assert far < 0.1 * high
