"""A film in a process of its own: the same file, the same errors, and no process left behind."""

import io
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.output.film import Film
from bildsim.programs.output.film_process import FilmProcess, serve, write_message
from tests.bildsim.programs.output.test_film import frames, settings, shoot


@contextmanager
def process():
    """A film process that is gone afterwards."""
    film = FilmProcess()
    try:
        yield film
    finally:
        film.abandon()


def is_there(process):
    return process._process.poll() is None


def test_the_file_is_the_same_as_without(tmp_path):
    here, beside = Film(), FilmProcess()
    for film, name in ((here, "here.mp4"), (beside, "beside.mp4")):
        film.open(settings(tmp_path / name))
        shoot(film, 0, 12)
        film.close()
    assert (tmp_path / "here.mp4").read_bytes() == (tmp_path / "beside.mp4").read_bytes()
    assert not is_there(beside)


def test_it_goes_on_from_a_snapshot(tmp_path):
    kept = settings(tmp_path / "a.mp4", segmented=True)
    with process() as first:
        first.open(kept)
        shoot(first, 0, 4)
        taken = first.snapshot()
        first.close()
    with process() as second:
        second.open(kept)
        second.restore(taken)
        shoot(second, 4, 9)
        second.close()
    assert frames(tmp_path / "a.mp4") == 9


def test_what_cannot_be_filmed_is_said_as_without(tmp_path):
    wrong = settings(tmp_path / "a.mp4", fps=1000.0)
    with pytest.raises(UsageError) as here:
        Film().open(wrong)
    with process() as film, pytest.raises(UsageError) as beside:
        film.open(wrong)
    assert str(beside.value) == str(here.value)
    assert not is_there(film)


def test_a_frame_that_fails_ends_the_film_soon(tmp_path):
    with process() as film:
        film.open(settings(tmp_path / "a.mp4"))
        with pytest.raises(AttributeError):
            show_nothing(film, 20)
        film.close()
    assert not is_there(film)


def show_nothing(film, count):
    for _ in range(count):
        film.show("no frame", None)


def test_after_a_failure_nothing_more_is_drawn(tmp_path):
    with process() as film:
        film.open(settings(tmp_path / "a.mp4"))
        shoot(film, 0, 2)
        show_nothing(film, 1)
        shoot(film, 2, 4)
        with pytest.raises(AttributeError):
            film.close()
    assert frames(tmp_path / "a.mp4") == 2


def test_a_process_that_is_gone_is_one_sentence(tmp_path):
    film = FilmProcess()
    film.open(settings(tmp_path / "a.mp4"))
    os.kill(film._process.pid, signal.SIGKILL)
    with pytest.raises(RunError, match="has ended, with status -9"):
        shoot(film, 0, 50)
    film.close()
    assert not is_there(film)


def test_a_film_that_is_abandoned_leaves_no_process_and_no_name(tmp_path):
    with process() as film:
        film.open(settings(tmp_path / "a.mp4"))
        shoot(film, 0, 3)
    assert not is_there(film)
    assert not (tmp_path / "a.mp4").exists()
    film.abandon()


def test_a_process_that_was_asked_for_nothing_is_not_waited_for():
    film = FilmProcess()
    film.abandon()
    # Ended by itself it would have loaded all it needs, and returned 0.
    assert film._process.returncode not in (None, 0)
    film.abandon()


def test_a_run_that_is_killed_leaves_no_process(tmp_path):
    program = (
        "import os, signal\n"
        "from bildsim.programs.output.film_process import FilmProcess\n"
        "film = FilmProcess()\n"
        "print(film._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    # Nobody may be there to reap it.
    for _ in range(400):
        if not_running(int(ended.stdout)):
            return
        time.sleep(0.05)
    raise AssertionError("the process is still there")


def not_running(number):
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_half_a_request_is_the_end():
    whole, answers = io.BytesIO(), io.BytesIO()
    write_message(whole, ("close", ()))
    for cut in (0, 3, len(whole.getvalue()) - 1):
        serve(io.BytesIO(whole.getvalue()[:cut]), answers)
    assert answers.getvalue() == b""
    serve(io.BytesIO(whole.getvalue()), answers)
    assert pickle.loads(answers.getvalue()) == (False, None)
