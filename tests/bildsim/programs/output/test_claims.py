"""One writer at a time: by name, and only for as long as it lives."""

import os
import subprocess
import sys

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.output.claims import Claim, ClaimedError, claim


def test_a_second_claim_is_refused_until_the_first_is_released(tmp_path):
    path, video = tmp_path / "out.part.mp4", tmp_path / "out.mp4"
    path.write_bytes(b"kept")
    first = Claim(path, "video", video)
    with pytest.raises(UsageError, match=r"^video='.*out\.mp4' is not possible: another process"):
        Claim(path, "video", video)
    first.release()
    first.release()
    second = Claim(path, "video", video)
    assert path.read_bytes() == b"kept"
    del second
    Claim(path, "video", video).release()


def test_processes_exclude_each_other(tmp_path):
    code = (
        "import sys, pathlib; from bildsim.programs.output.claims import Claim;"
        "held = Claim(pathlib.Path('a'), 'video', pathlib.Path('v')); print('held', flush=True);"
        "sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="another process writes to it"):
            Claim(tmp_path / "a", "video", tmp_path / "v")
        child.kill()
        child.wait()
        Claim(tmp_path / "a", "video", tmp_path / "v").release()


def test_where_nothing_can_be_claimed_nothing_is_in_the_way(tmp_path, monkeypatch):
    held = [Claim(tmp_path / "no" / "a", "video", tmp_path / "v") for _ in range(2)]
    for one in held:
        one.release()
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


def test_a_directory_is_claimed_as_it_is(tmp_path):
    first = Claim(tmp_path, "out", tmp_path)
    with pytest.raises(UsageError, match=r"^out='.*' is not possible: another process writes"):
        Claim(tmp_path, "out", tmp_path)
    first.release()
    assert not list(tmp_path.iterdir())
