"""Checkpoints from strangers: whatever they say, the program says a sentence or goes on."""

import re
import shutil
from contextlib import suppress
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.config.ending import run_program
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.run.resume import open_checkpoint
from tests.bildsim.programs.run.killing import (
    SHOTS,
    SMALL,
    assert_refused,
    before,
    call,
    killed,
)
from tests.bildsim.programs.run.tampering import contents, restated, rewritten

FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=6,
)
KEYS = ("program", "tick", "checkpoint_s", "configuration", "video", "contents", "versions")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """Return the directories of runs that were killed after a checkpoint, by what moves."""
    folder = tmp_path_factory.mktemp("stopped")
    for dynamics, links in (("kinematic", ()), ("ideal", ("--loss", 0.1, "--link-delay", 2))):
        line = (*SMALL, *links, "--dynamics", dynamics, "--out", folder / dynamics, *SHOTS)
        killed(before(Recorder, "tick", 8), *line)
    return folder


@pytest.fixture(params=["kinematic", "ideal"])
def fresh(stopped, tmp_path, request):
    """Return what makes the newest checkpoint of a new copy of one: resuming may use it up."""
    number = count()

    def cut():
        place = tmp_path / f"cut{next(number)}" / "out"
        shutil.copytree(stopped / request.param, place)
        return place / "checkpoint-00000000.5s"

    return cut


@FUZZ
@given(key=st.sampled_from(KEYS), said=JSON)
def test_any_header_is_read_or_refused(stopped, key, said):
    other = rewritten(stopped / "ideal" / "checkpoint-00000000.5s", **{key: said})
    try:
        with suppress(UsageError):
            open_checkpoint(other)
    finally:
        other.unlink()


@FUZZ
@given(text=st.text(alphabet='abrst_=[]".0123456789\n-', max_size=60))
def test_any_configuration_is_read_or_refused(stopped, text):
    other = rewritten(stopped / "ideal" / "checkpoint-00000000.5s", configuration=text)
    try:
        with suppress(UsageError):
            open_checkpoint(other)
    finally:
        other.unlink()


def test_a_video_elsewhere_is_written_only_where_the_command_line_says_so(fresh):
    cut = fresh()
    film = cut.parents[2] / "film.mp4"
    assert_refused(rewritten(cut, video="../thesis.txt"), [], "names '../thesis.txt' as its video")
    film.write_bytes(b"mine")
    other = rewritten(cut, video="../../film.mp4")
    assert_refused(other, [], "lies neither in its results nor beside them", "give --video")
    assert film.read_bytes() == b"mine"


def test_a_video_elsewhere_goes_on_where_it_is_named_again(tmp_path, monkeypatch):
    """Named as it was at the beginning, which the sentence at the end of a stopped run repeats."""
    (tmp_path / "films").mkdir()
    (tmp_path / "runs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "runs")
    film = tmp_path / "films" / "film.mp4"
    line = (*SMALL, "--dynamics", "ideal", "--out", "deep/out", "--video", film, *SHOTS)
    killed(before(Recorder, "tick", 8), *line)
    with pytest.raises(UsageError, match="lies neither in its results nor"):
        call("--resume", "deep/out", "--quiet")
    assert call("--resume", "deep/out", "--video", film, "--quiet") == 0
    assert film.exists()


def test_a_world_of_pybullet_is_taken_from_oneself_alone(fresh, tmp_path, monkeypatch):
    cut = fresh()
    text = checkpoint_file.read(cut).header["configuration"]
    changed = re.sub(r'^dynamics = ".*"$', 'dynamics = "bullet"', text, flags=re.MULTILINE)
    other = rewritten(cut, configuration=changed)
    open_checkpoint(other)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another user"))
    with pytest.raises(UsageError, match="was not written by this user on this machine"):
        open_checkpoint(other)
    open_checkpoint(other, trusted=True)
    open_checkpoint(cut)


def spots(table, *kinds):
    return [k for k, node in enumerate(table["nodes"]) if node[0] in kinds]


def test_arrays_of_another_size(fresh):
    """One array of the state has a row less: compiled code would read beyond its end.

    One in four is tried here, all of them by `benchmarks.hostile_inputs`.
    """
    table, rest = contents(fresh())
    tried = 0
    for k in spots(table, "array")[::4]:
        node = table["nodes"][k]
        if not node[3] or node[3][0] < 2:
            continue
        size = table["buffers"][node[1]]
        less = size // node[3][0]
        begin = sum(table["buffers"][: node[1]])
        shape = [node[3][0] - 1, *node[3][1:]]
        nodes = [list(one) for one in table["nodes"]]
        nodes[k] = [*node[:3], shape, *node[4:]]
        buffers = list(table["buffers"])
        buffers[node[1]] -= less
        kept = rest[: begin + size - less] + rest[begin + size :]
        changed = {**table, "nodes": nodes, "buffers": buffers}
        finishes_or_is_refused(restated(fresh(), changed, kept))
        tried += 1
    assert tried > 8


def test_numbers_of_robots_that_are_not_there(fresh):
    table, rest = contents(fresh())
    for k in spots(table, "array")[::2]:
        _, number, code, shape, _ = table["nodes"][k]
        if code != "<i8" or not shape or not shape[0]:
            continue
        begin, size = sum(table["buffers"][:number]), table["buffers"][number]
        wild = np.full(size // 8, 2**40).tobytes()
        changed = rest[:begin] + wild + rest[begin + size :]
        finishes_or_is_refused(restated(fresh(), table, changed))


@settings(FUZZ, max_examples=40)
@given(data=st.data())
def test_whatever_a_state_says_ends_in_a_sentence(stopped, tmp_path_factory, data):
    place = tmp_path_factory.mktemp("fuzz") / "cut"
    shutil.copytree(stopped / data.draw(st.sampled_from(["kinematic", "ideal"])), place)
    cut = place / "checkpoint-00000000.5s"
    table, rest = contents(cut)
    k = data.draw(st.integers(0, len(table["nodes"]) - 1))
    j = data.draw(st.integers(0, len(table["nodes"][k]) - 1))
    table["nodes"][k][j] = data.draw(JSON | st.integers(0, k).map(lambda n: [n]))
    finishes_or_is_refused(restated(cut, table, rest))


def finishes_or_is_refused(path):
    """The program refuses a checkpoint, or ends as any run does; nothing gets past it."""
    assert run_program("bildsim.run", lambda _: call("--resume", path)) in (0, 1, 2)
