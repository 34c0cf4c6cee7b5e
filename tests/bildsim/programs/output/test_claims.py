"""One writer at a time: by name, and only for as long as it lives."""

import os
import subprocess
import sys

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.output.claims import ClaimedError, VideoClaim, claim


def test_a_second_claim_is_refused_until_the_first_is_released(tmp_path):
    path, video = tmp_path / "out.part.mp4", tmp_path / "out.mp4"
    path.write_bytes(b"kept")
    first = VideoClaim(path, video)
    with pytest.raises(UsageError, match=r"^video='.*out\.mp4' is not possible: another process"):
        VideoClaim(path, video)
    first.release()
    first.release()
    second = VideoClaim(path, video)
    assert path.read_bytes() == b"kept"
    del second
    VideoClaim(path, video).release()


def test_processes_exclude_each_other(tmp_path):
    code = (
        "import sys, pathlib; from bildsim.programs.output.claims import VideoClaim;"
        "held = VideoClaim(pathlib.Path('a'), pathlib.Path('v')); print('held', flush=True);"
        "sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="another process writes to it"):
            VideoClaim(tmp_path / "a", tmp_path / "v")
        child.kill()
        child.wait()
        VideoClaim(tmp_path / "a", tmp_path / "v").release()


def test_where_nothing_can_be_claimed_nothing_is_in_the_way(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    VideoClaim(tmp_path / "a", tmp_path / "v").release()
    monkeypatch.setitem(sys.modules, "fcntl", None)
    for _ in range(2):
        claim(os.open(tmp_path / "b", os.O_WRONLY | os.O_CREAT))


def test_a_descriptor_is_claimed_once(tmp_path):
    one, other = (os.open(tmp_path / "b", os.O_WRONLY | os.O_CREAT) for _ in range(2))
    claim(one)
    with pytest.raises(ClaimedError):
        claim(other)
    os.close(one)
    claim(other)
    os.close(other)
