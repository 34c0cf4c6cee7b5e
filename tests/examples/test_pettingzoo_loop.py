"""Robots that each follow a rule of their own take the target's density."""

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pettingzoo_loop.py"


def test_the_swarm_comes_much_closer_to_its_target(capsys):
    names = runpy.run_path(str(EXAMPLE))
    assert names["first"] > 3.0
    assert names["last"] < 0.5
    assert names["env"].agents == []
    assert capsys.readouterr().out.startswith(" 0.0 s: KL 3.")


def test_without_pettingzoo_it_says_how_to_install_it(monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("bildsim.envs.multi_agent.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pettingzoo", None)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(EXAMPLE))
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("pettingzoo_loop.py: PettingZoo is not installed")
    assert said.endswith("pip install 'bildsim[zoo]'\n")
