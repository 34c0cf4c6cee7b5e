"""Files are whole or not there, whatever goes wrong while they are written."""

import errno
from pathlib import Path

import pytest

from bildsim.basics.errors import RunError
from bildsim.programs.output import files
from bildsim.programs.output.files import LONGEST_NAME, part_of, sync, tame, whole, write_text


def test_a_file_takes_its_name_when_it_is_whole(tmp_path):
    path = tmp_path / "a.csv"
    with whole(path) as part:
        part.write_text("half")
        assert not path.exists()
        assert part == part_of(path) == tmp_path / "a.csv.part"
    assert path.read_text() == "half"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_there_stays_when_writing_fails(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("before")

    def write():
        with whole(path) as part:
            part.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_text_has_the_same_bytes_everywhere(tmp_path):
    write_text(tmp_path / "a.txt", "é\n☃\n")
    assert (tmp_path / "a.txt").read_bytes() == "é\n☃\n".encode()


def test_text_with_names_that_are_none_is_written(tmp_path):
    write_text(tmp_path / "a.txt", "caf\udce9")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "caf\\xe9"


@pytest.mark.parametrize("stem", ["out", "it's [a] film", "ünïcode ☃", "n" * (LONGEST_NAME - 9)])
def test_temporary_names_begin_as_the_file_is_called(stem):
    assert tame(stem, 9) == stem


@pytest.mark.parametrize(
    "stem", ["n" * 250, "方" * 80, "a\nb", "\udcff" * 200, "a\udcffb", "x\x1b[31m"]
)
def test_names_that_are_long_or_odd_get_short_and_plain_temporary_ones(stem):
    name = tame(stem, 9)
    assert len(name.encode()) + 9 <= LONGEST_NAME
    assert name.isprintable()
    assert name == tame(stem, 9)
    assert name != tame(stem + "n", 9)


def test_a_full_disk_is_told_in_one_sentence(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RunError, match=r"a\.txt cannot be written: no space left on device$"):
        write_text(tmp_path / "a.txt", "x")
    assert not list(tmp_path.iterdir())


def test_syncing_works_for_files_and_folders_and_forgives_what_is_not_there(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("x")
    synced = []
    monkeypatch.setattr(files.os, "fsync", synced.append)
    for path in (tmp_path / "a", tmp_path, tmp_path / "gone"):
        sync(path)
    assert len(synced) == 2
