"""Comparisons, attributions and reproductions go where they are told, whatever the place is called.

Names reach all programs through the same modules, so a comparison tries all of them, the others
those that break most, are markup or are longest; what a single run makes of them is looked at by
`tests/bildsim/programs/run/test_odd_names.py`.
"""

import csv
import json
import os
import sys

import numpy as np
import pytest
from PIL import Image

from bildsim.programs.attribute import attributing
from bildsim.programs.attribute import main as attribute
from bildsim.programs.bench import comparing
from bildsim.programs.bench import main as bench
from bildsim.programs.config.ending import run_program
from bildsim.programs.reproduce import main as reproduce
from bildsim.programs.reproduce import reproducing
from bildsim.programs.sweep import reference_tasks
from bildsim.programs.sweep.engines.here import EngineHere
from tests.bildsim.programs.bench.test_comparing import quick_scores
from tests.bildsim.programs.odd_names import ODD, WORST, named, parametrised

plot_files = pytest.importorskip("bildsim.programs.plots.files", exc_type=ImportError)

SMALL = ("--robots", 6, "--duration", 0.2, "--dynamics", "ideal", "--network", "ring")
FEW = (*WORST, "markup", "longest")
few = pytest.mark.parametrize("stem", [ODD[name] for name in FEW], ids=FEW)
ONE = ("--planners", "static", "--targets", "ring", "--starts", "corner", "--seeds", 0)


def undrawn(_, path):
    """Write a small picture in place of a figure."""
    Image.new("RGB", (4, 4)).save(path)
    return path


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Call a program in this process, without what takes long: call(module, "--out", "x")."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reference_tasks, "reference_scores", quick_scores)
    monkeypatch.setattr(plot_files, "draw_all", lambda *_: [])
    monkeypatch.setattr(plot_files, "save_all", undrawn)
    monkeypatch.setattr(reproducing, "_draw", lambda *_: None)
    for module in (comparing, attributing):
        monkeypatch.setattr(module, "make_engine", lambda _: EngineHere())

    def call(module, *arguments):
        monkeypatch.setattr(sys, "argv", ["program", *map(str, arguments)])
        status = run_program("program", module.main)
        return status, capsys.readouterr().err

    return call


@parametrised()
def test_a_comparison(call, tmp_path, stem):
    out = named(tmp_path, stem)
    status, said = call(bench, *SMALL, *ONE, f"--out={stem}")
    assert status == 0, said
    assert os.listdir(tmp_path) == [stem]
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["done"]
    assert (out / "report.html").read_text(encoding="utf-8")
    assert said.count("\nwritten ") == 4
    again, _ = call(bench, "--config", out / "config.toml", f"--out={stem}")
    assert again == 0


@few
def test_an_attribution(call, tmp_path, stem):
    named(tmp_path, stem)
    status, said = call(attribute, *SMALL, *ONE, f"--out={stem}")
    assert status == 0, said
    assert os.listdir(tmp_path) == [stem]
    assert said.count("written ") == 5


@few
def test_a_reproduction(call, tmp_path, stem):
    out = named(tmp_path, stem)
    asked = ("--robots", 8, "--rounds", 3, "--settings", "ours", f"--out={stem}")
    status, said = call(reproduce, *asked)
    assert status == 0, said
    assert os.listdir(tmp_path) == [stem]
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["runs"]
    status, said = call(reproduce, *asked)
    assert status == 2
    assert "holds a finished run" in said
    assert said.count("\n") == 1


def test_files_of_odd_names_are_compared_and_drawn(call, tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reference_tasks, "reference_scores", quick_scores)
    monkeypatch.setattr(comparing, "make_engine", lambda _: EngineHere())
    stems = [ODD[name] for name in ("not UTF-8", "dollars", "long")]
    places = np.column_stack([np.linspace(-0.9, 0.9, 6), np.zeros(6)])
    for stem in stems:
        with open(f"{stem}.npy", "wb") as file:
            np.save(file, np.eye(4))
    with open(ODD["not UTF-8"] + ".csv", "w") as file:
        np.savetxt(file, places, delimiter=",")
    targets = ",".join(f"{stem}.npy" for stem in stems)
    starts = f"corner,{ODD['not UTF-8']}.csv"
    line = ("--planners", "static", f"--targets={targets}", f"--starts={starts}", "--seeds", "0")
    monkeypatch.setattr(sys, "argv", ["program", *map(str, SMALL), *line, "--out", "out"])
    assert run_program("program", bench.main) == 0
    plots = sorted(path.name for path in (tmp_path / "out" / "plots").iterdir())
    # Each as PNG, SVG and PDF.
    assert len(plots) == 3 * (3 + len(stems) + 2), plots
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count("array as a density, 4 rows x 4 columns") == len(stems)
    monkeypatch.setattr(plot_files, "draw_all", lambda *_: [])
    monkeypatch.setattr(
        sys, "argv", ["program", "--config", "out/config.toml", "--out", "again", "--quiet"]
    )
    assert run_program("program", bench.main) == 0
    results = [(tmp_path / out / "results.csv").read_bytes() for out in ("out", "again")]
    assert results[0] == results[1]
