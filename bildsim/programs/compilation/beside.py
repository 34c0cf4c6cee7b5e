"""Functions called by copies of this process, one a core, for what they leave on the disk.

A copy has all modules loaded, so it begins at once: with processes that load them anew a first
start takes a second and a half longer on two cores. Only Linux copies processes that may have
threads so surely; elsewhere nothing is called, and who asked does it alone.
"""

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence


def called_beside(
    names: Sequence[str], calls: Mapping[str, Callable[[], object]], processes: int
) -> Iterator[str]:
    """Call the functions of these names in so many copies of this process; yield what is done.

    Each copy takes the next name once it is free. One that dies takes its function with it. All are
    gone when the last name was yielded, or when the caller stops.

    Args:
        names: at most 256.
        calls: functions by name.
        processes: how many copies; with fewer than two nothing is called.
    """
    copies = min(processes, len(names))
    if sys.platform != "linux" or copies < 2:
        return
    # Names travel as single bytes, which are read whole or not at all: no lock is needed.
    waiting, ahead = os.pipe()
    os.write(ahead, bytes(range(len(names))))
    os.close(ahead)
    finished, done = os.pipe()
    children = [_copy(waiting, done, [calls[name] for name in names]) for _ in range(copies)]
    os.close(waiting)
    os.close(done)
    try:
        # The pipe ends when no copy holds it any more, however they ended.
        while number := os.read(finished, 1):
            yield names[number[0]]
    finally:
        os.close(finished)
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _copy(waiting: int, done: int, calls: Sequence[Callable[[], object]]) -> int:
    """Return the process number of a new copy, which never returns from here itself."""
    parent = os.getpid()
    with warnings.catch_warnings():
        # Newer Pythons warn of copies of processes with threads; these wait for none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            # Ctrl-C reaches the parent too, which ends its copies.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            while os.getppid() == parent and (number := os.read(waiting, 1)):
                calls[number[0]]()
                os.write(done, number)
        finally:
            # Whatever was raised is said by who calls the function again, in the parent.
            os._exit(0)
    return child
