"""The groups of a configuration are what its run calls, as all else that runs it does."""

import os
import subprocess
import sys

import pytest

from bildsim.programs.compilation.groups import GROUPS, SHARES, needed
from bildsim.programs.run.command_line import parse_run

# A process of its own for each line, forked from one that has loaded everything but no kernel:
# also what runs load late, and numba's own registries, which the first compiled function reads.
RUNS = """
import os
import sys
from functools import partial

import numba
import numpy as np
import ot
import scipy.ndimage
from numba.core.registry import CPUDispatcher

from bildsim.metrics import reference_scores
from bildsim.network.graph import NetworkSpec
from bildsim.programs.compilation.groups import GROUPS, needed
from bildsim.programs.reproduce.config import SETTINGS, chosen_target
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.recorded_run import watch
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.run.session import Session
from bildsim.programs.sweep.reference_tasks import ReferenceSpec, compute_reference_scores
from bildsim.programs.sweep.trial import run_trial
from bildsim.simulation.config import RunConfig

numba.njit(lambda x: x)(1.0)
# Scores of a placement that was searched for once call the same kernels.
reference_scores.quantise = partial(reference_scores.quantise, starts=1, resolution=20)
LINES = (
    "",
    "--curvature tracked",
    "--safety orca --planner hypergradient",
    "--safety cbf --dynamics kinematic --solver cg",
    "--dynamics ideal --solver neumann --order 4 --target ring",
    "--dynamics ideal --preset wasserstein",
    "--dynamics ideal --consensus admm --loss 0.3 --message-bits 16",
    "--dynamics ideal --consensus push-sum --loss 0.3",
    "--dynamics ideal --link-delay 2",
    "--dynamics ideal --planner bild-macro-exact",
    "--dynamics ideal --planner bild-macro-reference",
    "--dynamics ideal --planner bild-macro-exact --preset wasserstein",
    "--dynamics ideal --planner static",
    "--dynamics ideal --planner moment-cells --loss 0.1 --message-bits 16",
    "--dynamics ideal --planner moment-descent --link-delay 1",
    "--dynamics ideal --planner ot_assign --target split",
    "--dynamics ideal --dead 0.2@0.1",
)


def loaded():
    found = [value for module in list(sys.modules.values()) for value in vars(module).values()]
    dispatchers = {id(each): each for each in found if isinstance(each, CPUDispatcher)}
    return {
        f"{each.__module__}.{each.__name__} {kinds}"
        for each in dispatchers.values()
        if each.__module__.startswith("bildsim.")
        for kinds in each.signatures
    }


def configured(line):
    words = [*line.split(), *"--robots 6 --duration 0.2 --metrics-period 0.1 --quiet".split()]
    return parse_run(words)


def scored(config):
    assert run_trial(config)["status"] == "done"
    compute_reference_scores(ReferenceSpec.of(config))


def reproduced(settings):
    target, network = chosen_target("two-hills", 0), NetworkSpec.parse("ring")
    loop = OpenLoop.draw(target, settings, 8, network, np.random.default_rng(0))
    loop.algorithm.family.least_kl(watch(loop, 20).loop.algorithm.log_target)


DONE = {
    **{line: (configured(line), lambda config: Session(config).execute()) for line in LINES},
    "trial": (configured("--dynamics kinematic --planner static"), scored),
    **{
        name: (RunConfig(macro=settings), lambda config: reproduced(config.macro))
        for name, settings in SETTINGS.items()
    },
}

assert not loaded()
for line, (config, done) in DONE.items():
    child = os.fork()
    if child == 0:
        for name in needed(config):
            GROUPS[name]()
        ahead = loaded()
        done(config)
        print(*(f"{line}: missing {each}" for each in loaded() - ahead), sep="\\n", end="")
        sys.stdout.flush()
        os._exit(0 if ahead else 3)
    assert os.waitpid(child, 0)[1] == 0, line
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_runs_compile_nothing_else():
    said = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", RUNS],
        capture_output=True,
        text=True,
    )
    assert (said.returncode, said.stdout) == (0, ""), said.stdout + said.stderr


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", {"densities", "fits", "statistics", "ascent", "changes", "curvatures", "mixing"}),
        (
            "--preset paper",
            {"densities", "fits", "statistics", "ascent", "changes", "solves", "mixing"},
        ),
        ("--planner cvt", {"densities", "fits", "statistics"}),
        ("--planner cvt --safety cbf", {"densities", "fits", "statistics", "avoidance"}),
        ("--planner cvt --dynamics kinematic", {"densities", "fits", "statistics", "ticks"}),
        (
            "--planner cvt --dynamics kinematic --dead 0.2@30",
            {"densities", "fits", "statistics", "motion"},
        ),
        ("--planner moment-descent", {"densities", "fits", "statistics", "ascent", "agreement"}),
        (
            "--planner moment-cells",
            {"densities", "fits", "statistics", "ascent", "agreement", "cells"},
        ),
        ("--planner somewhere:Else", {"densities", "fits", "statistics"}),
        (
            "--preset wasserstein --learning gradient",
            {"densities", "fits", "statistics", "ascent", "changes", "mixing"},
        ),
        (
            "--message-bits 8",
            {"densities", "fits", "statistics", "ascent", "changes", "curvatures", "messages"},
        ),
    ],
)
def test_a_run_needs_what_it_calls(words, names):
    found = needed(parse_run(words.split()))
    assert set(found) == names
    assert list(found) == [name for name in GROUPS if name in names]


def test_runs_need_together_what_each_of_them_needs():
    ideal, kinematic = (
        parse_run(f"--planner cvt --dynamics {dynamics}".split())
        for dynamics in ("ideal", "kinematic")
    )
    assert needed(ideal, kinematic, ideal) == needed(kinematic)
    assert needed() == ()


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_says_what_it_is_for(name):
    assert GROUPS[name].__doc__
    GROUPS[name]()


def test_every_group_has_its_share_of_the_time():
    assert set(SHARES) == set(GROUPS)
    assert sum(SHARES.values()) == pytest.approx(1.0, abs=0.02)
