"""Every block of code on the pages runs as it stands: Python, changes to the package, TOML.

The blocks of Python of a page run one after the other and may use each other's names. Where a page
also shows changes to the package, they run as tests in a copy to which these were made.
"""

import os
import shutil
import subprocess
import sys

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.controllers.registry import make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.localisation.errors import localisation_named
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.config.toml_file import config_of_toml
from bildsim.simulation.config import RunConfig
from bildsim.targets.target import named_target
from tests.docs.changes import change, changes, package
from tests.docs.pages import PAGES, ROOT, blocks, python_blocks

BLOCKS = [block for _, block in python_blocks()]


def block(word):
    return next(text for text in BLOCKS if word in text)


WITH_PYTHON = [page for page, text in PAGES.items() if blocks(text, "python")]
CHANGING = [page for page, text in PAGES.items() if changes(text)]


@pytest.mark.parametrize("page", WITH_PYTHON)
def test_they_run_one_after_the_other(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "courier.urdf", tmp_path / "examples")
    names = {"__name__": "shown"}
    for text in blocks(PAGES[page], "python"):
        exec(compile(text, "shown", "exec"), names)
    assert len(names) > 2


def test_tests_pass_in_a_package_with_the_changes_of_their_page(tmp_path):
    texts = [text for page in CHANGING for text in blocks(PAGES[page], "python")]
    tests = [text for text in texts if "def test_" in text]
    for k, text in enumerate(tests):
        (tmp_path / f"test_{k}.py").write_text(text, encoding="utf-8")
    package.copy_package(tmp_path / "package")
    for page in CHANGING:
        change(PAGES[page], tmp_path / "package")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "package")},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout
    assert len(tests) == len(CHANGING)
    assert f"{sum(text.count('def test_') for text in tests)} passed" in told.stdout


@pytest.mark.parametrize("page", CHANGING)
def test_without_the_changes_their_tests_fail(page):
    (text,) = (text for text in blocks(PAGES[page], "python") if "def test_" in text)
    names = {"__name__": "shown"}
    exec(compile(text, "shown", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    for test in tests:
        with pytest.raises((AssertionError, AttributeError, TypeError, UsageError)):
            test()


def test_a_change_to_lines_that_are_not_there_is_told(tmp_path):
    page = PAGES["docs/adding_a_fault.md"].replace('-KINDS = ("stop", ', '-KINDS = ("step", ')
    package.copy_package(tmp_path)
    with pytest.raises(AssertionError, match=r"fault_schedule.py has 0 times"):
        change(page, tmp_path)


EVERY_TOML = [(page, text) for page, whole in PAGES.items() for text in blocks(whole, "toml")]
LOCALISATION = [(page, text) for page, text in EVERY_TOML if "\n[localisation]\n" in text]
TOML = [shown for shown in EVERY_TOML if shown not in LOCALISATION]


@pytest.mark.parametrize(("page", "text"), TOML, ids=[page for page, _ in TOML])
def test_toml_is_a_configuration(page, text):
    assert config_of_toml(RunConfig(), text, page) != RunConfig()


@pytest.mark.parametrize(("page", "text"), LOCALISATION, ids=[page for page, _ in LOCALISATION])
def test_toml_about_localisation_can_be_read(page, text, tmp_path):
    (tmp_path / "shown.toml").write_text(text, encoding="utf-8")
    assert not localisation_named(str(tmp_path / "shown.toml")).perfect


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


def test_the_planner_that_talks(tmp_path, monkeypatch):
    (tmp_path / "gather.py").write_text(block("class Gather"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    problem = Problem(named_target("gmm3"), LegendreFamily(), 1e-4, 0.02)
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (10, 2))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    for links in (LinkSettings(), LinkSettings(loss=0.3, link_delay=2, message_bits=8)):
        planner = make_planner("gather:Gather", problem, MacroSettings(), 1, links)
        here, state = positions, planner.init(Observation(0.0, positions, network), rng)
        for _ in range(30):
            here, state = planner.plan(state, Observation(0.0, here, network))
        assert here.std() < positions.std()
        assert planner.report(state).traffic.messages.tolist() == [60] * 10
        state = planner.change_members(state, np.arange(5), None)
        assert len(planner.report(state).traffic.messages) == 5
    del sys.modules["gather"]


def test_the_environment(capsys):
    names = {}
    exec(block("gymnasium.make"), names)
    assert isinstance(names["env"], gymnasium.Env)
    assert names["reward"] == -names["info"]["kl_fit"]
    assert names["frame"].shape == (720, 1280, 3)
    assert capsys.readouterr().out.startswith("2.0 s: KL ")
