"""The program that attributes a gap to its causes, as a whole."""

import sys

import pytest

from bildsim.programs.attribute import attributing
from bildsim.programs.attribute.main import main
from bildsim.programs.config.ending import run_program
from bildsim.programs.sweep import runner


@pytest.fixture
def program(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["bildsim.attribute", *words])
        status = run_program("bildsim.attribute", main)
        return status, capsys.readouterr()

    return call


def test_without_a_directory_nothing_runs(program, tmp_path):
    status, said = program()
    assert status == 2
    assert said.err == "bildsim.attribute: --out is missing: give a directory for the results\n"
    assert not list(tmp_path.iterdir())


def test_kernels_of_every_step_are_ready_before_anything_is_built(program, monkeypatch):
    order = []

    def make_ready_for(configs, console):
        order.append({config.swarm.dynamics for config in configs})
        assert console.quiet

    monkeypatch.setattr(attributing, "make_ready_for", make_ready_for)
    monkeypatch.setattr(runner, "Simulation", lambda config: order.append(config) or 1 / 0)
    monkeypatch.setattr(attributing, "make_engine", lambda config: sys.exit(7))
    with pytest.raises(SystemExit, match="7"):
        program("--out", "a", "--robots", "8", "--quiet", "--dynamics", "kinematic")
    assert order[0] == {"ideal", "kinematic"}
    assert len(order) > 1


def test_settings_that_cannot_run_are_told_before_anything_is_written(program, tmp_path):
    status, said = program("--out", "a", "--robots", "8", "--network", "er:0.001")
    assert status == 2
    assert "--network er:0.001" in said.err
    assert not list(tmp_path.iterdir())
