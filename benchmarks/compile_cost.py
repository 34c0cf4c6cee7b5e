"""What does each kernel cost to compile, for the main job and for everything?

    python -m benchmarks.compile_cost

Each group of kernels (`bildsim.programs.compilation.groups`) is compiled in a process of its own
with an empty cache, as at a first start. Prints processor seconds: of each group, and of the
kernels in it, with the types of their arguments, by what they cost themselves and with all that
they call. What two groups share is compiled, and counted, in both. Then the shares of the groups,
by which a run knows what is left to wait for; and for a run with the default planner and PyBullet,
and for ``python -m bildsim.warm_up``, the sum, and when the last of two processes would be done on
two idle cores, not counting that each starts Python. Small functions of less than ``--least``
seconds are left out.
"""

import argparse
import heapq
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
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


class Listener(event.Listener):
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


def tell(name: str) -> None:
    """Call a group, and print as JSON the processor time that it took and the costs in it."""
    listener = Listener()
    with event.install_listener("numba:compile", listener):
        begun = time.process_time()
        GROUPS[name]()
        spent = time.process_time() - begun
    print(json.dumps([spent, listener.costs]))


def measured(name: str) -> tuple[float, list[Cost]]:
    """Return the processor time of a group in a process that finds nothing compiled (s)."""
    words = f"from benchmarks.compile_cost import tell; tell({name!r})"
    with tempfile.TemporaryDirectory() as empty:
        told = subprocess.run(
            [sys.executable, "-c", words],
            env={**os.environ, "NUMBA_CACHE_DIR": empty},
            check=True,
            stdout=subprocess.PIPE,
        )
    spent, costs = json.loads(told.stdout)
    return spent, [Cost(*cost) for cost in costs]


def done_after(costs: Sequence[float], processes: int) -> float:
    """Return when the last process is done if each takes the next piece once it is free (s)."""
    free = [0.0] * processes
    for cost in costs:
        heapq.heappush(free, heapq.heappop(free) + cost)
    return max(free)


def report(options: argparse.Namespace) -> None:
    """Measure and print."""
    spent: dict[str, float] = {}
    for name in GROUPS:
        spent[name], costs = measured(name)
        print(f"\n{name}: {spent[name]:.2f} s of processor time, {len(costs)} functions")
        for cost in sorted(costs, key=lambda cost: -cost.own_s):
            if cost.own_s >= options.least:
                words = f"{cost.own_s:7.2f} {cost.all_s:7.2f}  {cost.kernel} ({cost.types})"
                print(words[: options.width])
    whole = sum(spent.values())
    print("\nshares: " + ", ".join(f"{name} {spent[name] / whole:.2f}" for name in GROUPS))
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
    report(parser.parse_args())


if __name__ == "__main__":
    main()
