"""Only files are opened: nothing that one might wait for."""

import os
import socket
from pathlib import Path

import pytest

from bildsim.basics.errors import reason_of
from bildsim.basics.regular_file import NotAFileError, open_regular


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
