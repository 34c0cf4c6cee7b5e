"""Checkpoints are opened only where a run can go on from them to the same bytes."""

import os
import re
import shutil

import pytest

from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.run import resume
from bildsim.simulation.loop import Simulation
from tests.bildsim.programs.run.killing import (
    SHOTS,
    SMALL,
    assert_refused,
    before,
    call,
    killed,
    results,
)
from tests.bildsim.programs.run.tampering import rewritten


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """Return the directory of a run that was killed after three checkpoints."""
    out = tmp_path_factory.mktemp("stopped") / "out"
    killed(before(Recorder, "tick", 17), *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    return out


@pytest.fixture
def cut(stopped, tmp_path):
    """Return the newest checkpoint of a copy of it."""
    shutil.copytree(stopped, tmp_path / "cut")
    return tmp_path / "cut" / "checkpoint-00000001.5s"


def test_damaged_files_are_refused(cut):
    content = cut.read_bytes()
    for damaged in (content[:-1], content[: len(content) // 2], content[:-9] + b"x" * 9):
        cut.write_bytes(damaged)
        assert_refused(cut, [], str(cut), "cut short or damaged")
    for other in (b"", content[:50], b"PK not a checkpoint", content[20:]):
        cut.write_bytes(other)
        assert_refused(cut, [], str(cut), "is no checkpoint")


def test_another_format_is_refused(cut):
    content = cut.read_bytes()
    cut.write_bytes(content.replace(b"bildsim-checkpoint 4 ", b"bildsim-checkpoint 7 ", 1))
    assert_refused(cut, [], str(cut), "format 7", "reads format 4")


def test_other_versions_are_refused(cut, monkeypatch):
    now = resume.versions()
    monkeypatch.setattr(resume, "versions", lambda: {**now, "numpy": "9.9"})
    assert_refused(cut, [], str(cut), f"written with numpy {now['numpy']}, here it is 9.9")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--robots", 40], ["--robots 12", "--robots 40"]),
        (["--seed", 4], ["--seed 3", "--seed 4"]),
        (["--duration", 5], ["--duration 2.4"]),
        (["--target", "ring"], ["--target gmm3", "--target ring"]),
        (["--planner", "static"], ["--planner"]),
        (["--preset", "paper"], ["--gamma-x"]),
        (["--out", "elsewhere"], ["--out"]),
        (["--video", "film.mp4"], ["--video None"]),
        (["--config", "x.toml"], ["--config x.toml", "exclude each other"]),
    ],
)
def test_another_configuration_is_refused(cut, arguments, words):
    assert_refused(cut, arguments, *words)


def test_the_same_configuration_may_be_given_again(cut, undisturbed):
    same = (*SMALL, "--dynamics", "ideal", "--out", cut.parent)
    assert call(*same, "--resume", cut) == 0
    assert results(cut.parent) == undisturbed("ideal")


def test_the_results_of_another_run_are_refused(cut, stopped, tmp_path):
    moved = tmp_path / "alone"
    moved.mkdir()
    shutil.copy(cut, moved)
    assert_refused(moved / cut.name, [], "does not lie in the results of its run")
    (cut.parent / "config.toml").write_text("seed = 5\n")
    assert_refused(cut, [], "does not lie in the results of its run")


def test_lost_records_are_refused(cut):
    part = cut.parent / "trajectory.pose.part"
    content = part.read_bytes()
    part.write_bytes(content[:100])
    assert_refused(cut, [], "trajectory.pose.part is shorter")
    part.unlink()
    assert_refused(cut, [], "has lost what was recorded")


def test_states_of_another_version_are_refused(cut, monkeypatch):
    class Newer:
        def snapshot(self):
            return 0

        def restore(self, state):
            pass

    def parts(self):
        return {**_parts(self), "newer": Newer()}

    _parts = Simulation._parts
    monkeypatch.setattr(Simulation, "_parts", parts)
    assert_refused(cut, [], "is of another version: it holds no state of 'newer'")


def test_what_is_not_there_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(tmp_path / "checkpoint-1", [], "cannot be read: no such file")
    assert_refused(tmp_path / "empty", [], "holds no checkpoint")


def test_a_run_that_is_finished_is_said_to_be(tmp_path):
    done = tmp_path / "done"
    assert call(*SMALL, "--dynamics", "ideal", "--out", done) == 0
    words = "holds the results of a run that is finished: there is nothing to do"
    assert_refused(done, [], words)


def test_a_run_that_still_goes_on_is_refused(cut):
    fcntl = pytest.importorskip("fcntl")
    with (cut.parent / "metrics.csv.part").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert_refused(cut, [], "another process writes to")


def test_a_checkpoint_of_reproduce_is_refused(tmp_path):
    from bildsim.programs.checkpoint import file as checkpoint_file

    checkpoint_file.write(tmp_path / "c", {"program": "bildsim.reproduce"}, b"")
    assert_refused(tmp_path / "c", [], "is none of bildsim.run")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tick": -5}, "says that it is of tick -5 of 24"),
        ({"tick": 10**9}, "says that it is of tick 1000000000 of 24"),
        ({"tick": "3"}, "has a header whose tick is missing or of another kind"),
        ({"tick": True}, "has a header whose tick is missing or of another kind"),
        ({"tick": ...}, "has a header whose tick"),
        ({"video": 3}, "has a header whose video"),
        ({"versions": []}, "has a header whose versions"),
        ({"contents": None}, "has a header whose contents"),
        ({"configuration": 7}, "has a header whose configuration"),
        ({"configuration": "= ="}, "not TOML"),
        ({"checkpoint_s": float("nan")}, "--checkpoint nan"),
        ({"program": "other"}, "is none of bildsim.run"),
    ],
)
def test_headers_that_somebody_made_are_refused_in_a_sentence(cut, changes, words):
    assert_refused(rewritten(cut, **changes), [], words)


def test_a_header_that_is_no_object_is_refused(cut):
    other = cut.with_name("checkpoint-99999999.9s")
    checkpoint_file.write(other, ["a"], b"")
    assert_refused(other, [], "is none of bildsim.run")


def test_nothing_that_a_header_names_is_imported_unless_it_is_trusted(cut, tmp_path, monkeypatch):
    """A planner named by the header, or its package, runs code as soon as it is looked for."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "hostile_house").mkdir()
    (tmp_path / "hostile_house" / "__init__.py").write_text("import os; os.environ['RAN'] = '1'")
    (tmp_path / "hostile_house" / "room.py").write_text("")
    monkeypatch.delenv("RAN", raising=False)
    text = checkpoint_file.read(cut).header["configuration"]
    for name in (
        "hostile_house.room:Planner",
        "bildsim.controllers.baselines.reference.static:Static",
    ):
        changed = re.sub(r'^planner = ".*"$', f'planner = "{name}"', text, flags=re.MULTILINE)
        assert name in changed
        assert_refused(rewritten(cut, configuration=changed), [], "--trust-checkpoint")
    assert "RAN" not in os.environ
