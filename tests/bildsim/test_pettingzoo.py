"""The door to PettingZoo's environments."""

import subprocess
import sys

import pytest
from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.test.max_cycles_test import max_cycles_test

import bildsim.pettingzoo
from bildsim.basics.errors import UsageError
from bildsim.pettingzoo import env, parallel_env


def test_both_forms():
    one, other = parallel_env(robots=3, dynamics="ideal"), env(robots=4, dynamics="ideal")
    assert isinstance(one, ParallelEnv)
    assert one.max_cycles == 600
    assert isinstance(other, AECEnv)
    assert other.possible_agents == ["robot_0", "robot_1", "robot_2", "robot_3"]
    assert str(other) == str(one) == "bildsim_swarm_v0"


def test_max_cycles_test():
    max_cycles_test(bildsim.pettingzoo)


def test_arguments_go_through():
    made = parallel_env(robots=3, dynamics="ideal", max_cycles=5, flat=True, target="ring")
    assert (made.max_cycles, made.swarm.robots, made.swarm.target.name) == (5, 3, "ring")
    assert made.observation_space("robot_0").shape is not None
    with pytest.raises(TypeError, match="robotz"):
        parallel_env(robotz=3)


def test_without_pettingzoo_a_sentence_says_what_to_install(monkeypatch):
    for name in [n for n in sys.modules if n.partition(".")[0] == "pettingzoo"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "bildsim.envs.multi_agent.environment")
    monkeypatch.setitem(sys.modules, "pettingzoo", None)
    for make in (parallel_env, env):
        with pytest.raises(UsageError, match=r"not installed.*pip install 'bildsim\[zoo\]'"):
            make(robots=3)


def test_other_modules_that_are_missing_are_not_mistaken_for_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "bildsim.envs.multi_agent.environment")
    monkeypatch.setitem(sys.modules, "bildsim.envs.multi_agent.views", None)
    with pytest.raises(ModuleNotFoundError, match="views"):
        parallel_env(robots=3)


def test_importing_the_door_imports_no_pettingzoo(environment):
    code = "import sys, bildsim.pettingzoo; print('pettingzoo' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout.strip(), ended.stderr) == ("False", "")
