"""What does each kernel cost to compile, for the main job and for everything?

    python -m benchmarks.compile_cost [--least 0.2]

Each group of kernels (`bildsim.programs.compilation.groups`) is compiled in a process of its own
with an empty cache, as at a first start. Prints processor seconds: of each group, and of the
kernels in it, with the types of their arguments, by what they cost themselves and with all that
they call. What two groups share is compiled, and counted, in both. Then for a run with the default
planner and PyBullet, and for ``python -m bildsim.warm_up``, the sum, and when the last of two
processes would be done on two idle cores, not counting that each starts Python. Small functions of
less than ``--least`` seconds are left out.
"""

import os
import tempfile

# Before numba is loaded, which reads it once.
os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="compile_cost-")

import argparse
import heapq
import pickle
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from numba.core import event

from bildsim.programs.compilation.groups import GROUPS, needed
from bildsim.simulation.config import RunConfig


class Cost(NamedTuple):
    """What a function cost to compile.

    Attributes:
        kernel: its name.
        types: of its arguments.
        own_s: processor time without what it calls (s).
        all_s: with it (s).
    """

    kernel: str
    types: str
    own_s: float
    all_s: float


@dataclass
class _Open:
    begun: float
    called_s: float = 0.0


class Listener(event.Listener):  # type: ignore[misc]
    """Writes down what numba compiles."""

    def __init__(self) -> None:
        self.costs: list[Cost] = []
        self._open: list[_Open] = []

    def on_start(self, event: Any) -> None:
        """Begin with a function, perhaps within another."""
        self._open.append(_Open(time.process_time()))

    def on_end(self, event: Any) -> None:
        """Be done with the innermost one."""
        one = self._open.pop()
        spent = time.process_time() - one.begun
        if self._open:
            self._open[-1].called_s += spent
        function = event.data["dispatcher"].py_func
        name = f"{function.__module__.removeprefix('bildsim.')}.{function.__name__}"
        types = ", ".join(map(_short, event.data["args"]))
        self.costs.append(Cost(name, types, spent - one.called_s, spent))


def _short(kind: Any) -> str:
    """Return the name of a type; of a tuple with names its own, and how many parts it has."""
    instance = getattr(kind, "instance_class", None)
    name = str(kind) if instance is None else f"{instance.__name__}[{len(kind)}]"
    return name.removesuffix(", False, aligned=True)") + ")" if "aligned" in name else name


def measured(call: Callable[[], None]) -> tuple[float, list[Cost]]:
    """Return the processor time of a first call in a process that has compiled nothing (s)."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        listener = Listener()
        with event.install_listener("numba:compile", listener), os.fdopen(writer, "wb") as told:
            begun = time.process_time()
            call()
            pickle.dump((time.process_time() - begun, listener.costs), told)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        spent, costs = pickle.load(told)
    os.waitpid(child, 0)
    return spent, costs


def done_after(costs: Sequence[float], processes: int) -> float:
    """Return when the last process is done if each takes the next piece once it is free (s)."""
    free = [0.0] * processes
    for cost in costs:
        heapq.heappush(free, heapq.heappop(free) + cost)
    return max(free)


def report(options: argparse.Namespace) -> None:
    """Measure and print."""
    spent: dict[str, float] = {}
    for name, call in GROUPS.items():
        spent[name], costs = measured(call)
        print(f"\n{name}: {spent[name]:.2f} s of processor time, {len(costs)} functions")
        for cost in sorted(costs, key=lambda cost: -cost.own_s):
            if cost.own_s >= options.least:
                words = f"{cost.own_s:7.2f} {cost.all_s:7.2f}  {cost.kernel} ({cost.types})"
                print(words[: options.width])
    for title, names in (("main job", needed(RunConfig())), ("warm_up", tuple(GROUPS))):
        costs_s = [spent[name] for name in names]
        print(
            f"\n{title}: {len(names)} groups, {sum(costs_s):.1f} s of processor time, "
            f"{done_after(costs_s, 2):.1f} s with two processes"
        )


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--least", type=float, default=0.2)
    parser.add_argument("--width", type=int, default=150)
    try:
        report(parser.parse_args())
    finally:
        shutil.rmtree(os.environ["NUMBA_CACHE_DIR"], ignore_errors=True)


if __name__ == "__main__":
    main()
