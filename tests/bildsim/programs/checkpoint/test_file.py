"""The file of a checkpoint: whole or as it was, and believed only when its checksum agrees."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint.file import CheckpointError, read, write

# Where in the first line the seal begins, after magic, format and checksum, and where it ends.
SEAL = len("bildsim-checkpoint 4 ") + 65
AFTER = SEAL + 64
HEADER = {"program": "test", "time_s": 1.5, "text": "zwölf\n"}


@given(state=st.binary(max_size=500))
def test_reads_back(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("x") / "checkpoint-1"
    write(path, HEADER, state)
    found = read(path)
    assert found.header == HEADER
    assert found.state == state
    assert os.listdir(path.parent) == ["checkpoint-1"]


def test_two_lines_tell_what_it_is(tmp_path):
    write(tmp_path / "c", HEADER, b"\x00\n\xff")
    first, second, _ = (tmp_path / "c").read_bytes().split(b"\n", 2)
    assert first.startswith(b"bildsim-checkpoint 4 ")
    assert json.loads(second) == HEADER


def test_names_that_are_no_text_come_back(tmp_path):
    header = {"video": "../caf\udce9 ☃.mp4"}
    write(tmp_path / "c", header, b"")
    assert read(tmp_path / "c").header == header


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_every_cut_and_every_flipped_bit_is_noticed(tmp_path, data):
    path = tmp_path / "c"
    write(path, HEADER, bytes(range(256)))
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << bit
    for damaged in (whole[:cut], bytes(flipped), whole + b"\x00"):
        path.write_bytes(damaged)
        if damaged.partition(b"\n")[0][:SEAL] == whole[:SEAL] and damaged[AFTER:] == whole[AFTER:]:
            # With another seal it is somebody else's, and as whole as before.
            assert not read(path).own
            continue
        with pytest.raises(CheckpointError):
            read(path)
        assert path.read_bytes() == damaged


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no checkpoint"),
        (b"PK\x03\x04 something else", "no checkpoint"),
        (b"bildsim-checkpoint 1 abc\n{}\n", "format 1: this version reads format 4"),
        (b"bildsim-checkpoint 4 abc\n{}\n", "cut short or damaged"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, words):
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(CheckpointError, match=words):
        read(tmp_path / "c")


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(CheckpointError, match="no such file"):
        read(tmp_path / "c")
    with pytest.raises(CheckpointError, match="is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_end_in_the_midst_of_writing_leaves_the_former_one(tmp_path, monkeypatch, step):
    path = tmp_path / "c"
    write(path, HEADER, b"former")

    def end(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (type(path), "replace")), end)
    with pytest.raises(KeyboardInterrupt):
        write(path, HEADER, b"later" * 1000)
    monkeypatch.undo()
    assert read(path).state == b"former"
    assert os.listdir(tmp_path) == ["c"]


def test_a_full_disk_leaves_the_former_one(tmp_path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "c"
    write(path, HEADER, b"former")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write(path, HEADER, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert read(path).state == b"former"
    assert checkpoint_file.FORMAT == 4
