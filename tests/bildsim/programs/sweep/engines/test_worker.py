"""What a process that runs trials does around them."""

import os
import subprocess
import sys
import threading

import cv2
import pytest
from threadpoolctl import threadpool_info

from bildsim.programs.sweep.engines.worker import ONE_THREAD, call, prepare


def test_work_is_done_on_one_thread():
    assert call(lambda a, b: a + b, 2, 3) == 5
    pools = call(threadpool_info)
    assert {pool["num_threads"] for pool in pools} <= {1}
    assert call(cv2.getNumThreads) == 1
    assert {os.environ[name] for name in ONE_THREAD} == {"1"}


def test_errors_of_the_work_come_through():
    with pytest.raises(ZeroDivisionError):
        call(lambda: 1 / 0)


def test_two_threads_take_turns():
    inside, most = [], []

    def work():
        inside.append(None)
        most.append(len(inside))
        threading.Event().wait(0.01)
        inside.pop()

    threads = [threading.Thread(target=call, args=(work,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_a_worker_is_deaf_to_ctrl_c(environment):
    code = (
        "import os, signal; from bildsim.programs.sweep.engines.worker import prepare;"
        "prepare(os.getppid()); os.kill(os.getpid(), signal.SIGINT); print('still here')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout, ended.returncode) == ("still here\n", 0)


def test_a_worker_whose_program_is_gone_ends():
    child = os.fork()
    if child == 0:
        # A parent that is none: the number of this process itself.
        prepare(os.getpid())
        threading.Event().wait(60)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
