"""What a process that runs trials does before and around them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import cv2
from threadpoolctl import threadpool_limits

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)
"""Environment of a worker: as many workers as cores, each with one thread, do not fight."""

_ORPHAN_CHECK_S = 1.0
# Planners need not be safe for threads, of which a Dask worker may have several.
_one_at_a_time = threading.Lock()


def prepare(program: int) -> None:
    """Make this process a worker: deaf to Ctrl-C, and gone when the program is.

    Ctrl-C reaches every process of a terminal; the program, which hears it too, ends its workers.

    Args:
        program: process number of the program, which started this process. It may be gone by now,
            and whoever takes its orphans be their parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(program,), daemon=True).start()


def _end_with(program: int) -> None:
    # A program that was killed cannot tell its workers.
    while os.getppid() == program:
        time.sleep(_ORPHAN_CHECK_S)
    os._exit(1)


def call(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return ``work(*arguments)``, done on one thread and with nothing beside it."""
    with _one_at_a_time:
        # Workers of a cluster were started by somebody else: see to it that they are alike.
        os.environ.update(ONE_THREAD)
        cv2.setNumThreads(1)
        with threadpool_limits(limits=1):
            return work(*arguments)
