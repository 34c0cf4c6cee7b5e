"""The door ``python -m bildsim.warm_up`` leads to its program, and ends as all doors do."""

import signal
import subprocess
import sys
import time

import pytest

from bildsim import warm_up
from bildsim.programs import warm_up as program


def test_the_door_leads_to_the_program(monkeypatch):
    monkeypatch.setattr(program, "main", lambda arguments: len(arguments))
    assert warm_up.main(["a", "b"]) == 2


# One group that tells that it has begun, and does not end.
BUSY = """
import sys, time
from bildsim import warm_up
from bildsim.programs.compilation import groups, ready
from bildsim.programs.config.ending import run_program


def busy():
    print("begun", flush=True)
    time.sleep(60)


groups.GROUPS = ready.GROUPS = {"busy": busy}
sys.argv[1:] = []
sys.exit(run_program("bildsim.warm_up", warm_up.main, last=True))
"""


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [(signal.SIGINT, 130, "stopped by Ctrl-C"), (signal.SIGTERM, 143, "stopped by SIGTERM")],
)
def test_signals_end_it_in_a_sentence(environment, number, status, words):
    begun_s = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", BUSY],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (status, f"bildsim.warm_up: {words}\n")
    assert time.monotonic() - begun_s < 30.0


def test_it_takes_no_options(environment):
    command = [sys.executable, "-m", "bildsim.warm_up", "--no-such-option"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "bildsim.warm_up: unknown options: --no-such-option\n"
