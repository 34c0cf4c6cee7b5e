"""Every figure at every size of a comparison: nothing over anything else, nothing outside."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.programs.plots.cost import cost_figure
from bildsim.programs.plots.degradation import degradation_figure
from bildsim.programs.plots.final import final_figure
from bildsim.programs.plots.over_time import time_figure
from bildsim.programs.plots.scores import score_figure
from bildsim.programs.plots.style import STYLE, WIDTH_IN
from bildsim.programs.sweep.variables import Sweep
from tests.bildsim.programs.made_trials import BENCH, results
from tests.bildsim.programs.plots.overlap import faults

ALL = "gmm3,gmm4,ring,banana,letter_E,expfam,uniform"
LONG = "a_long_name_of_a_target_that_was_photographed_in_the_laboratory.npy"
SIZES = {
    "least": ("static,bild-macro", "ring", "uniform"),
    "usual": ("bild-macro,ot_lloyd,cvt,static,iid,ergodic", "gmm3,ring,banana", "uniform,corner"),
    "most": (",".join(PLANNER_NAMES[:17]), ALL, "uniform,corner,wrong"),
}
VARIED = Sweep.parse("motor-torque=0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45")


@pytest.fixture(params=SIZES)
def bench(request, tmp_path):
    planners, targets, starts = SIZES[request.param]
    if request.param == "most":
        np.save(tmp_path / LONG, np.ones((4, 4)) + np.eye(4))
        targets += f",{tmp_path / LONG}"
    return replace(BENCH, planners=planners, targets=targets, starts=starts, seeds="0")


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context(STYLE):
        yield


def test_nothing_overlaps_and_nothing_sticks_out(bench):
    found, target = results(bench), bench.target_names[-1]
    by_value = dict.fromkeys(VARIED.values, found)
    figures = {
        "score": score_figure(found, bench, "w2"),
        "cost": cost_figure(found, bench),
        "time": time_figure(found, bench, target),
        "final": final_figure(found, bench, bench.start_names[-1]),
        "sweep": degradation_figure(by_value, VARIED, bench, target),
    }
    assert [f"{name}: {fault}" for name in figures for fault in faults(figures[name])] == []
    assert all(figure.get_figwidth() <= WIDTH_IN + 1e-9 for figure in figures.values())


def test_what_overlaps_or_sticks_out_is_seen():
    figure = Figure(figsize=(1.0, 1.0))
    axes = figure.subplots()
    axes.set_xticks([0.0, 0.01, 1.0], ["one", "two", "three"])
    axes.set_ylabel("a label that is far too long for a panel as small as this one")
    said = " ".join(faults(figure))
    assert "'one' over 'two'" in said
    assert "sticks out" in said
