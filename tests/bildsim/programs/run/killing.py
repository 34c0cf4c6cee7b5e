"""Runs that are killed somewhere, what they leave, and checkpoints that are refused."""

import json
import os
import signal

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.run.main import main

RESULTS = ["config.toml", "metrics.csv", "summary.json", "trajectory.npz"]
EXACT = ("config.toml", "metrics.csv", "trajectory.npz")
CLOCK = {"planner_ms_a_robot", "wall_s", "real_time_factor", "time_budget_s", "compile_s"}
SMALL = (
    *("--robots", 12, "--rounds", 2, "--start", "centre", "--network", "knn:6"),
    *("--duration", 2.4, "--metrics-period", 0.7, "--seed", 3, "--quiet"),
)
SHOTS = ("--checkpoint", 0.5)


def call(*arguments):
    return main([str(word) for word in arguments])


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def results(out):
    """Return what a run left, as far as it must be the same."""
    assert names(out) == RESULTS
    said = json.loads((out / "summary.json").read_text())
    output = said["configuration"].pop("output")
    assert output["resume"] is None
    kept = {name: (out / name).read_bytes() for name in EXACT}
    return {**kept, "summary": {key: said[key] for key in said.keys() - CLOCK}}


def killed(prepare, *arguments):
    """Do a run in a process of its own that ``prepare`` makes kill itself somewhere."""
    child = os.fork()
    if child == 0:
        try:
            prepare()
            call(*arguments)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def end():
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner, name, count=1):
    """Return a preparation that kills before the n-th call of a method."""

    def prepare():
        original, calls = getattr(owner, name), []

        def method(*arguments, **keywords):
            calls.append(None)
            if len(calls) == count:
                end()
            return original(*arguments, **keywords)

        setattr(owner, name, method)

    return prepare


def tree(directory):
    """Return every file below a directory with its content; not for one that others write to."""
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def assert_refused(path, arguments, *words):
    """The program says one sentence with these words, and touches nothing."""
    before = tree(path.parent) if path.parent.is_dir() else {}
    with pytest.raises(UsageError) as caught:
        call("--resume", path, *arguments)
    said = caught.value.said(as_option)
    assert said.startswith("--")
    assert "\n" not in said
    for word in words:
        assert word in said, said
    assert (tree(path.parent) if path.parent.is_dir() else {}) == before
