"""All that runs call is ready at once, and what can be refused is refused before that."""

import os
import subprocess
import sys

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.compilation import ready, runs
from bildsim.programs.compilation.groups import needed
from bildsim.programs.run.command_line import parse_run

STATIC = "--planner static --dynamics ideal --network ring --rounds 1 --robots 6 --duration .2"
BENCH = f"bench {STATIC.replace('planner', 'planners')} --targets ring --starts corner --seeds 1"
PROGRAMS = (
    f"run {STATIC}",
    f"{BENCH} --jobs 2",
    f"{BENCH} --jobs 1 --sweep robots=4,6",
    BENCH.replace("bench", "attribute"),
    "reproduce --robots 8 --rounds 20 --settings paper",
)


@pytest.fixture
def asked(monkeypatch):
    """Return the groups asked for; ``before`` is called as if some were not kept."""
    found = []

    def make_ready(names, console, before):
        before()
        found.append(names)
        return 1.5

    monkeypatch.setattr(runs, "make_ready", make_ready)
    return found


def test_kernels_of_all_runs_are_asked_for_at_once(asked):
    configs = [
        parse_run(f"--planner {planner} --dynamics {dynamics}".split())
        for planner, dynamics in (("cvt", "ideal"), ("static", "kinematic"), ("static", "bullet"))
    ]
    assert runs.make_ready_for(configs, console=None) == 1.5
    assert asked == [needed(*configs)]
    assert set(asked[0]) == {"densities", "fits", "statistics", "ticks"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--planner nobody", "planner"),
        ("--target-file nowhere.png", "nowhere.png"),
        ("--network web", "network"),
        ("--radio web", "radio"),
        ("--robot web", "robot"),
        ("--robot create3 --robots 100", "robots"),
    ],
)
def test_what_nothing_can_be_made_of_is_refused_first(asked, words, said):
    configs = [parse_run([]), parse_run(words.split())]
    with pytest.raises(UsageError, match=said):
        runs.make_ready_for(configs, console=None)
    assert not asked


def test_nobody_waits_for_refusals_where_all_is_there(monkeypatch):
    monkeypatch.setattr(ready, "_loads", lambda name: True)
    monkeypatch.setattr(runs, "_refuse", lambda configs: 1 / 0)
    assert runs.make_ready_for([parse_run([])], console=None) == 0.0


def _program(line):
    return line.partition(" ")[0]


@pytest.mark.slow
@pytest.mark.parametrize("line", PROGRAMS, ids=_program)
def test_a_first_start_says_what_it_waits_for_and_a_second_one_nothing(tmp_path, line):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}

    def said(out, *more):
        done = subprocess.run(
            [sys.executable, "-m", *f"bildsim.{line} --out {out}".split(), *more],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    first = said("first")
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*.nbc")}
    assert first.startswith("compiling for this machine, once\n")
    assert first.count("compiling") == first.count("compiled in") == 1
    assert "compil" not in said("second")
    assert said("third", "--quiet") == ""
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*.nbc")}
    assert kept == after, "the first start left all that there is to compile"


@pytest.mark.slow
@pytest.mark.parametrize("line", PROGRAMS[:-1], ids=_program)
def test_a_name_that_does_not_exist_is_refused_before_anything_is_compiled(tmp_path, line):
    line = line.replace("--planners static", "--planners no:One")
    line = line.replace("--planner static", "--planner no:One")
    said = subprocess.run(
        [sys.executable, "-m", *f"bildsim.{line} --out there".split()],
        cwd=tmp_path,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kept")},
        capture_output=True,
        text=True,
    )
    assert (said.returncode, said.stderr.count("\n")) == (2, 1), said.stderr
    assert not list(tmp_path.rglob("*.nb?"))
    assert not (tmp_path / "there").exists()
