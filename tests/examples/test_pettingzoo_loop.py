"""Robots that each follow a rule of their own take the target's density."""

import runpy
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pettingzoo_loop.py"


def test_the_swarm_comes_much_closer_to_its_target(capsys):
    names = runpy.run_path(str(EXAMPLE))
    assert names["first"] > 3.0
    assert names["last"] < 0.5
    assert names["env"].agents == []
    assert capsys.readouterr().out.startswith(" 0.0 s: KL 3.")
