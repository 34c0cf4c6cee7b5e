"""Where a live view goes: a file that has its name when it is whole, also of a run cut short."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.bildsim.programs.live.reading import recording

pytest.importorskip("rerun", reason="the extra `live` is not installed")
LONG = (
    *("--robots", "4", "--duration", "5000", "--dynamics", "ideal", "--planner", "static"),
    *("--metrics-period", "100", "--quiet"),
)


def test_a_run_that_is_stopped_keeps_what_was_recorded(tmp_path):
    path = tmp_path / "a.rrd"
    words = [sys.executable, "-m", "bildsim.run", *LONG, "--recording", str(path)]
    run = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    part = tmp_path / "a.rrd.part"
    deadline = time.monotonic() + 60.0
    while not (part.exists() and part.stat().st_size > 100_000) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not path.exists(), "only the whole file takes the name"
    os.kill(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert os.listdir(tmp_path) == ["a.rrd"]
    assert recording(path)[0]["/curves/kl/kl_fit"] > 1


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path):
    script = f"""
from pathlib import Path
from bildsim.basics.errors import RunError
from bildsim.programs.live.stream import Stream
path = Path({str(tmp_path / "a.rrd")!r})
stream = Stream("a run", path, viewer=False)
path.write_text("somebody's")
try:
    stream.close()
except RunError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert b"exists by now: the recording was left in" in ended.stdout
    assert (tmp_path / "a.rrd").read_text() == "somebody's"
    assert (tmp_path / "a.rrd.part").stat().st_size > 0
