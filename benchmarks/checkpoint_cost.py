"""What does a checkpoint cost? Its size and the time of each step, by dynamics and size of swarm.

    python -m benchmarks.checkpoint_cost

Times are medians over ``--repeats`` (ms). ``snapshot``: the state is taken; ``encode`` and
``decode``: it becomes bytes and comes back; ``write``: encode, and a whole file that is on the
disk; ``pickle``: the standard pickle of the same state, for comparison, and how much longer than
that a write is with ``encode``. The run is of three seconds, the state of its second.
"""

from __future__ import annotations

import io
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import tyro
from threadpoolctl import threadpool_limits

from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.encoder import encode
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation


@dataclass(frozen=True)
class Options:
    """What is measured.

    Attributes:
        dynamics: dynamics.
        robots: numbers of robots.
        repeats: how often each step is timed.
        seed: of the runs.
    """

    dynamics: tuple[str, ...] = ("ideal", "kinematic", "bullet")
    robots: tuple[int, ...] = (100, 300)
    repeats: int = 15
    seed: int = 0


class _Pickler(pickle.Pickler):
    """The standard pickler, which leaves out the same constants."""

    def __init__(self, stream: io.BytesIO, constants: Mapping[str, object]) -> None:
        super().__init__(stream, protocol=5)
        self._names = {id(value): name for name, value in constants.items()}

    def persistent_id(self, value: object) -> str | None:
        return self._names.get(id(value))


def main() -> int:
    """Print a row for each dynamics and number of robots."""
    options = tyro.cli(Options)
    columns = ("MB", "snapshot", "encode", "pickle", "decode", "write", "write/with pickle")
    print(f"{'dynamics':9} {'robots':>6} " + " ".join(f"{name:>9}" for name in columns))
    with threadpool_limits(limits=1):
        for dynamics in options.dynamics:
            for robots in options.robots:
                cells = " ".join(f"{value:9.2f}" for value in _row(options, dynamics, robots))
                print(f"{dynamics:9} {robots:6} {cells}", flush=True)
    return 0


def _row(options: Options, dynamics: str, robots: int) -> list[float]:
    swarm = SwarmSettings(robots=robots, dynamics=dynamics)
    simulation = Simulation(replace(RunConfig(), swarm=swarm, duration=3.0, seed=options.seed))
    try:
        for tick in simulation.ticks():
            if tick.time_s > 1.95:
                return _costs(simulation, options.repeats)
    finally:
        simulation.close()
    raise AssertionError("the run is longer than that")


def _costs(simulation: Simulation, repeats: int) -> list[float]:
    state, constants = simulation.snapshot(), simulation.constants
    data = encode(state, constants)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "checkpoint"
        snapshot, coded, pickled, decoded, written = (
            _median_ms(step, repeats)
            for step in (
                simulation.snapshot,
                lambda: encode(state, constants),
                lambda: _Pickler(io.BytesIO(), constants).dump(state),
                lambda: decode(data, constants),
                lambda: checkpoint_file.write(path, {}, encode(state, constants)),
            )
        )
    ratio = written / (written - coded + pickled)
    return [len(data) / 1e6, snapshot, coded, pickled, decoded, written, ratio]


def _median_ms(step: Callable[[], Any], repeats: int) -> float:
    def once() -> float:
        begun = time.perf_counter()
        step()
        return 1e3 * (time.perf_counter() - begun)

    return median(once() for _ in range(repeats))


if __name__ == "__main__":
    sys.exit(main())
