"""Where results will go is checked before a run starts, and nothing is written."""

import os
import tempfile
from types import SimpleNamespace

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.output.paths import VIDEO_SUFFIXES, check_out_directory, check_output


@pytest.mark.parametrize("suffix", VIDEO_SUFFIXES)
def test_new_videos(tmp_path, suffix):
    check_output(tmp_path / f"film{suffix}")
    check_output(tmp_path / f"FILM{suffix.upper()}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("film.webm", "no known video suffix"),
        ("taken.mp4", "exists and would be overwritten"),
        ("folder.mp4", "is a directory"),
        ("link.mp4", "exists and would be overwritten"),
        ("no/film.mp4", "does not exist"),
        ("taken.mp4/film.mp4", "is not a directory"),
        ("x" * 300 + ".mp4", "file name too long"),
    ],
)
def test_videos_that_are_refused(tmp_path, name, words):
    (tmp_path / "taken.mp4").write_text("precious")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "link.mp4").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=words):
        check_output(tmp_path / name)
    assert (tmp_path / "taken.mp4").read_text() == "precious"


def test_directories(tmp_path):
    check_out_directory(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    check_out_directory(tmp_path / "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("file", "is a file"), ("full", "is not empty"), ("no/where", "does not exist")],
)
def test_directories_that_are_refused(tmp_path, name, words):
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").write_text("x")
    with pytest.raises(UsageError, match=words):
        check_out_directory(tmp_path / name)
    check_out_directory(tmp_path / "full", ignored=frozenset({"notes"}))


def test_a_memory_file_system_takes_results_where_no_file_is_without_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_blocks=0), raising=False)
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    monkeypatch.setattr(tempfile, "_O_TMPFILE_WORKS", False)
    check_out_directory(tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_file_system_need_not_say_how_large_it_is(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "statvfs", raising=False)
    check_out_directory(tmp_path / "out")
    assert not list(tmp_path.iterdir())
