"""Every block of Python in the README and docs/ runs as it stands."""

import sys

import gymnasium
import numpy as np
import pytest

from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target
from tests.docs.pages import python_blocks

BLOCKS = [block for _, block in python_blocks()]


def block(word):
    return next(text for text in BLOCKS if word in text)


@pytest.mark.parametrize(
    "text", BLOCKS, ids=[f"{page}-{k}" for k, (page, _) in enumerate(python_blocks())]
)
def test_it_runs(text):
    names = {"__name__": "shown"}
    exec(compile(text, "shown", "exec"), names)
    assert len(names) > 2


def test_the_planner_of_ones_own(tmp_path, monkeypatch):
    (tmp_path / "climb.py").write_text(block("class Climb"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    target = named_target("gmm3")
    problem = Problem(target, LegendreFamily(), 1e-4, 0.02)
    planner = make_planner("climb:Climb", problem, MacroSettings(), 1)
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (10, 2))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    observation = Observation(0.0, positions, network)
    waypoints, state = planner.plan(planner.init(observation, rng), observation)
    assert np.log(target.density(waypoints)).sum() > np.log(target.density(positions)).sum()
    assert planner.report(state).traffic.bytes.sum() == 0
    del sys.modules["climb"]


def test_the_environment(capsys):
    names = {}
    exec(block("gymnasium.make"), names)
    assert isinstance(names["env"], gymnasium.Env)
    assert names["reward"] == -names["info"]["kl_fit"]
    assert names["frame"].shape == (720, 1280, 3)
    assert capsys.readouterr().out.startswith("2.0 s: KL ")
