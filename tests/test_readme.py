"""What the README shows runs as it stands."""

import re
from pathlib import Path

import gymnasium
import numpy as np
import pytest

from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import PLANNER_NAMES, make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.targets.target import named_target

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def block(word):
    return next(text for text in BLOCKS if word in text)


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


def test_the_environment():
    names = {}
    exec(block("gymnasium.make"), names)
    assert isinstance(names["env"], gymnasium.Env)
    assert names["reward"] == -names["info"]["kl_fit"]
    names["env"].close()


@pytest.mark.parametrize("name", PLANNER_NAMES)
def test_every_planner_is_named(name):
    assert name in README


def test_both_commands_make_their_own_environment():
    commands = [line for line in README.splitlines() if line.startswith("    python3 -m venv")]
    assert len(commands) == 2
    assert "bildsim.run --robots 100 --video out.mp4" in commands[0]
    assert commands[1].endswith("-m pytest")
