"""Only files are opened: nothing that one might wait for."""

import os
import socket
import tracemalloc
from pathlib import Path

import pytest

from bildsim.basics.errors import reason_of
from bildsim.basics.reading.regular_file import (
    NotAFileError,
    TooLargeError,
    in_units,
    open_regular,
    read_regular,
)


def test_files_are_opened(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    with open_regular(tmp_path / "a") as file:
        assert file.read() == b"abc"


def test_pipes_sockets_and_devices_are_not(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero")):
            with pytest.raises(NotAFileError) as refused:
                open_regular(path)
            assert reason_of(refused.value) == "is a pipe or a device, and no file"


def test_what_the_system_says_is_passed_on(tmp_path):
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "a")
    with pytest.raises(ValueError, match="null"):
        open_regular(Path("a\0b"))


def test_what_is_longer_than_the_bound_is_not_read(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert read_regular(tmp_path / "a", 3) == b"abc"
    with pytest.raises(TooLargeError) as refused:
        read_regular(tmp_path / "a", 2)
    assert reason_of(refused.value) == "is too large: at most 2 bytes is read"


def test_a_long_file_takes_no_memory(tmp_path):
    with (tmp_path / "long").open("wb") as file:
        file.truncate(10**10)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        read_regular(tmp_path / "long", 10**9)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10**6


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux has /proc")
def test_a_file_that_says_it_is_empty_is_read_to_the_bound():
    with pytest.raises(TooLargeError):
        read_regular(Path("/proc/self/stat"), 10)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (1500, "1500 bytes"), (64_000, "64 kB"), (10**6, "1 MB"), (2 * 10**9, "2 GB")],
)
def test_bytes_are_said_in_the_largest_unit_that_is_whole(count, words):
    assert in_units(count) == words
