"""Every command of the README, of docs/ and of the benchmarks' docstrings is a command that works.

Those of ``bildsim.run`` are run with few robots and for a moment; those of ``bildsim.bench`` and
``bildsim.attribute``, which take minutes, are read and checked by the program as far as it does so
before the first trial; those of the benchmarks are read by their own parsers. What cannot be is
listed with the reason.
"""

import argparse
import os
import re
import runpy
import shutil
import sys

import imageio.v3 as iio
import numpy as np
import pytest
import tyro

from bildsim.basics.errors import UsageError
from bildsim.programs.attribute.config import parse_attribution
from bildsim.programs.reproduce.config import chosen_target, parse_reproduction
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.run.main import main as run
from bildsim.programs.sweep.config import parse_bench
from bildsim.programs.sweep.runner import check_trials, check_variants
from tests.docs.pages import EVERYTHING, PAGES, ROOT, code_spans, commands, python_blocks

NOT_RUN = {
    "python3 -m venv .venv && .venv/bin/pip install -q -e . ": "makes an environment: .ci/run does",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]'": "the same: .ci/run does",
    "python3.11 -m venv .venv": "makes an environment with another interpreter",
    "uv venv --seed --python 3.11 .venv": "makes an environment with another program",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]'": "the same: .ci/run does",
    ". .venv/bin/activate": "changes the shell that it is typed into",
    "sudo apt install python3-venv": "changes the system",
    "pip install -e '.[cluster]'": "changes the environment; test_extras looks at its words",
    "pip install -e '.[test]'": "changes the environment; test_extras looks at its words",
    "pip install 'bildsim[zoo]'": "changes the environment; test_pettingzoo looks at its words",
    "pip install moviepy": "changes the environment, which does without",
    "pip install pybullet-arm64": "compiles for minutes, where there is no wheel",
    "python -m benchmarks.NAME": "stands for each of them",
    "python -m bildsim.warm_up": "compiles for a quarter of a minute; test_groups looks at what",
    "pip install -e '.[rl]'": "changes the environment",
    "python examples/learn_policy.py": "trains for minutes; test_learn_policy does two updates",
    "python examples/published_experiment.py": "test_examples does it",
    "python -m bildsim.live": "opens a window; tests of programs/live look at the rest",
    "pip install -e '.[live]'": "changes the environment",
    "bildsim warm-up": "the same",
    "bildsim live": "opens a window; test_main of programs/live looks at its words",
    "bildsim completion": "test_bash, test_zsh and test_fish complete with what it prints",
    "bildsim --": "test_command looks at what help and versions print",
    "python -m bildsim.run --resume long": "needs a run that was stopped; test_resume has some",
    "python docs/draw_rooms.py": "test_architecture draws",
    "python docs/draw_targets.py": "test_targets reads and draws",
    "python docs/list_planners.py": "test_planners lists",
    "python docs/list_robots.py": "test_robots lists",
    "python docs/draw_robots.py": "test_robots draws",
    "bildsim robots": "test_robots of programs/ looks at what it prints",
    "python docs/draw_round.py": "test_algorithm draws",
    "pip install -e '.[docs]'": "changes the environment; test_extras looks at its words",
    "mkdocs build --strict": "test_site builds",
    "mkdocs serve": "serves until it is stopped",
    "pre-commit install": "changes the checkout",
    "python -m pytest": "is what runs this",
    "ruff check . && ruff format .": "changes the checkout; .ci/lint looks",
    ".ci/lint ": "takes minutes; .ci/run does",
}
"""Commands that this file does not run, by how they begin, and why."""

ALL = commands()
OWN_PLANNERS = ("Climb", "Gather", "Scatter")
"""Classes of planners on the pages, which commands call by the module of that name."""
WINDOWS = re.compile(r" --(live|gui)\b")
"""Options that open windows, which is no thing for a test: their commands are only read."""
_SHORT = ("--duration", "--robots", "--checkpoint")


def named(prefix):
    found = [
        command
        for command in ALL
        if " ".join(command.words).startswith(prefix)
        and command.text not in NOT_RUN
        and not WINDOWS.search(command.text)
    ]
    return pytest.mark.parametrize("command", found, ids=str)


def after(command, words):
    return list(command.words[words:])


def test_every_command_is_tried_below_or_listed():
    tried = re.compile(
        r"python -m (bildsim\.(run|bench|attribute|reproduce)|benchmarks\.[a-z_]+)\b"
    )
    left = [command for command in ALL if not tried.match(command.text)]
    assert [c for c in left if not c.text.startswith(tuple(NOT_RUN))] == []
    unused = [start for start in NOT_RUN if not any(c.text.startswith(start) for c in ALL)]
    assert unused == []


def reduced(arguments):
    """Return a command line that asks for the same with few robots and for a moment."""
    kept, words = [], iter(arguments)
    for word in words:
        if word in _SHORT:
            next(words)
        else:
            # Faults at 30 s would come after the end.
            kept.append(re.sub(r"@\d+$", "@0.1", word))
    checkpoint = ["--checkpoint", "0.1"] if "--checkpoint" in arguments else []
    return [*kept, *checkpoint, "--robots", "40", "--duration", "0.3", "--quiet"]


def helped(program, arguments):
    """Say whether the arguments ask for help, which must then be given."""
    if "--help" in arguments:
        with pytest.raises(SystemExit, match="0"):
            program(arguments)
    return "--help" in arguments


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """A directory with what the commands name, and from which modules are imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    slope = np.tile(np.arange(64, dtype=np.uint8), (64, 1))
    for name in ("photo.png", "logo.png"):
        iio.imwrite(tmp_path / name, slope)
    iio.imwrite(tmp_path / "film.gif", np.array([slope, slope.T, slope[::-1]]))
    np.save(tmp_path / "own.npy", slope)
    places = np.stack(np.meshgrid(np.linspace(-0.9, 0.9, 8), np.linspace(-0.9, 0.9, 5)), axis=-1)
    np.savetxt(tmp_path / "places.csv", places.reshape(40, 2), delimiter=",")
    (tmp_path / "camera.toml").write_text('base = "overhead-camera"\n', encoding="utf-8")
    shutil.copy(ROOT / "assets" / "policy.npz", tmp_path)
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "courier.urdf", tmp_path / "examples")
    (climb,) = (block for _, block in python_blocks() if "class Climb" in block)
    (tmp_path / "climb.py").write_text(climb, encoding="utf-8")
    for name in OWN_PLANNERS:
        (found,) = (block for _, block in python_blocks() if f"class {name}:" in block)
        (tmp_path / f"{name.lower()}.py").write_text(found, encoding="utf-8")
    yield tmp_path
    for name in OWN_PLANNERS:
        sys.modules.pop(name.lower(), None)


@named("python -m bildsim.run")
def test_run(command, directory):
    arguments = after(command, 3)
    if helped(run, arguments):
        return
    if "--config" in arguments:
        assert run(reduced(["--target", "ring", "--out", "results"])) == 0
    assert run(reduced(arguments)) == 0
    for option in ("--out", "--video", "--recording", "--report"):
        if option in arguments:
            assert (directory / arguments[arguments.index(option) + 1]).exists()


@pytest.mark.parametrize("command", [c for c in ALL if WINDOWS.search(c.text)], ids=str)
def test_commands_that_open_windows_are_read(command):
    output = parse_run(after(command, 3)).output
    assert output.live or output.gui


@named("python -m bildsim.bench")
def test_bench(command, directory):
    arguments = after(command, 3)
    if not arguments or helped(parse_bench, arguments):
        return
    config = parse_bench(arguments)
    assert config.output.out is not None
    if config.varied is None:
        check_trials(config)
    else:
        check_variants(config, config.varied)


@named("python -m bildsim.attribute")
def test_attribute(command, directory):
    arguments = after(command, 3)
    if not arguments or helped(parse_attribution, arguments):
        return
    config = parse_attribution(arguments)
    assert config.output.out is not None
    check_trials(config)


@named("python -m bildsim.reproduce")
def test_reproduce(command):
    arguments = after(command, 3)
    if helped(parse_reproduction, arguments):
        return
    options = parse_reproduction(arguments)
    assert chosen_target(options.target, options.seed).mass > 0.0
    assert (options.out is not None) == ("--out" in arguments)


class StoppedError(Exception):
    """The command line was read without complaint."""


@pytest.fixture
def only_parse(monkeypatch):
    """Let programs stop as soon as they have read their command line."""
    before = dict(os.environ)
    parse, read = argparse.ArgumentParser.parse_args, tyro.cli

    def parse_args(self, *arguments, **settings):
        parse(self, *arguments, **settings)
        raise StoppedError

    def cli(*arguments, **settings):
        read(*arguments, **settings)
        raise StoppedError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_args)
    monkeypatch.setattr(tyro, "cli", cli)
    yield
    # The scripts choose how many threads BLAS has.
    for name in set(os.environ) - set(before):
        del os.environ[name]
    os.environ.update(before)


@named("python -m benchmarks.")
def test_benchmark(command, only_parse, monkeypatch):
    monkeypatch.setattr(sys, "argv", [command.words[2], *after(command, 3)])
    # Another test may have imported it, of which runpy warns.
    monkeypatch.delitem(sys.modules, command.words[2], raising=False)
    with pytest.raises(StoppedError):
        runpy.run_module(command.words[2], run_name="__main__")


def test_an_unknown_option_of_a_benchmark_would_be_seen(only_parse, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["scale", "--no-such-option"])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_module("benchmarks.scale", run_name="__main__")
    assert "--no-such-option" in capsys.readouterr().err


def test_an_unknown_option_of_a_program_would_be_seen():
    with pytest.raises(UsageError, match="no-such-option"):
        parse_bench(["--no-such-option", "1"])


def test_every_option_named_in_prose_exists(capsys):
    known = set()
    for program in (run, parse_bench, parse_attribution):
        with pytest.raises(SystemExit, match="0"):
            program(["--help"])
        known |= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    of_others = {"--rounds", "--version"}
    spans = [span for span in code_spans(EVERYTHING) if span.startswith("--")]
    named_there = {re.match(r"--[a-z-]+", span)[0] for span in spans}
    assert named_there - known - of_others == set()


def test_every_benchmark_has_a_command():
    called = {command.words[2] for command in ALL if command.words[:2] == ("python", "-m")}
    scripts = {f"benchmarks.{path.stem}" for path in (ROOT / "benchmarks").glob("*.py")}
    assert scripts - called == set()


def test_the_page_on_benchmarks_has_each_with_its_question():
    page = PAGES["docs/benchmarks.md"]
    for path in (ROOT / "benchmarks").glob("*.py"):
        question = path.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]
        assert f"| [{path.stem}](../benchmarks/{path.name}) | {question} |" in page


def test_extras():
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = {extra for c in ALL for extra in re.findall(r"'\.\[(\w+)\]'", c.text)}
    assert extras >= {"cluster", "dev", "docs", "test"}
    assert all(re.search(rf"^{extra} = \[", settings, re.MULTILINE) for extra in extras)
