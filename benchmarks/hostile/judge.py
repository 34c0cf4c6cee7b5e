"""Does a program bear an input? It is tried in a process of its own, which is watched."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import gymnasium

from benchmarks.hostile.case import Case
from bildsim import attribute, bench, reproduce, run
from bildsim.basics.errors import UsageError
from bildsim.programs.config.ending import run_program

# All that programs import when they are used, once for all children.
for _module in (
    *("bench.main", "bench.figures", "bench.report", "run.session", "reproduce.main"),
    *("attribute.main", "attribute.plot"),
):
    import_module(f"bildsim.programs.{_module}")
DOORS = {
    "run": run.main,
    "bench": bench.main,
    "attribute": attribute.main,
    "reproduce": reproduce.main,
}
MOST_SECONDS = 60.0
MOST_BYTES = 1_500_000_000
"""Of memory that a process may take on top of what it begins with."""
_STATUSES = {0, 1, 2}


@dataclass(frozen=True)
class Outcome:
    """What became of an input.

    Attributes:
        wrong: what does not hold; empty where all does.
        seconds: how long it took (s).
        memory: most that the process held, with all that it shares (bytes).
        said: what it printed to standard error.
    """

    wrong: str
    seconds: float
    memory: int
    said: str


def tried(case: Case, base_memory: int) -> Outcome:
    """Try an input in a process of its own and say what became of it.

    Args:
        case: the input.
        base_memory: what a process that does nothing holds (bytes).
    """
    with tempfile.TemporaryDirectory() as folder:
        place, heard = Path(folder) / "place", Path(folder) / "said"
        place.mkdir()
        words = tuple(case.prepare(place))
        before, begun = _tree(place), time.perf_counter()
        status, memory = _in_a_child(case, words, place, heard)
        seconds = time.perf_counter() - begun
        said = heard.read_bytes().decode(errors="replace")
        wrong = _wrong(case, status, said, unchanged=_tree(place) == before)
        if not wrong and memory > base_memory + MOST_BYTES:
            wrong = f"took {memory / 1e9:.1f} GB"
        return Outcome(wrong, seconds, memory, said)


def _in_a_child(case: Case, words: tuple[str, ...], place: Path, heard: Path) -> tuple[int, int]:
    """Return the wait status of the child and the memory that it took (bytes)."""
    child = os.fork()
    if child == 0:
        os.setsid()
        _work(case, words, place, heard)
    deadline = time.monotonic() + MOST_SECONDS
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            break
        time.sleep(0.004)
    return status, usage.ru_maxrss * 1024


def _work(case: Case, words: tuple[str, ...], place: Path, heard: Path) -> None:
    """Be the child: run the program, and end with its status."""
    # Whatever happens, this process must not go on with what its parent does.
    status = 99
    try:
        # The program's own limit must come first; this one keeps the machine alive.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(place)
        said = os.open(heard, os.O_WRONLY | os.O_CREAT)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream, target in ((0, nothing), (1, nothing), (2, said)):
            os.dup2(target, stream)
        status = _called(case, words)
        sys.stderr.flush()
    finally:
        os._exit(status)


def _called(case: Case, words: tuple[str, ...]) -> int:
    if case.act is not None:
        try:
            case.act()
        # Gymnasium itself refuses seeds.
        except (UsageError, gymnasium.error.Error) as error:
            print(f"bildsim.here: {error}", file=sys.stderr)
            return 2
        return 0
    sys.argv = [f"bildsim.{case.program}", *words]
    return run_program(f"bildsim.{case.program}", DOORS[case.program])


def _wrong(case: Case, status: int, said: str, *, unchanged: bool) -> str:
    """Return what does not hold; empty where all does."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "did not end" if number == signal.SIGKILL else f"killed by signal {number}"
    code = os.WEXITSTATUS(status)
    if "Traceback" in said:
        return "a traceback"
    if "nobody has foreseen" in said:
        return "an error that nobody has foreseen"
    if code not in _STATUSES:
        return f"status {code}"
    if code == 2:
        if said.count("\n") != 1 or not said.startswith(f"bildsim.{case.program}: "):
            return "refused in more or less than one sentence"
        if not unchanged:
            return "refused, and something was written"
    elif case.refused:
        return f"status {code}: not refused"
    if code == 1 and not said:
        return "failed without a word"
    return ""


def _tree(place: Path) -> dict[str, tuple[int, int]]:
    """Return every path below a directory with its kind and size."""
    found = {}
    for folder, folders, files in os.walk(place):
        for name in (*folders, *files):
            about = os.lstat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = (about.st_mode, about.st_size)
    return {path: value for path, value in found.items() if not os.path.isdir(path)}
