"""Does memory stay flat over 200 resets, and over a simulated hour?

    python -m benchmarks.soak                                     # resets, then a kinematic hour
    python -m benchmarks.soak --resets 0 --dynamics bullet --duration 600

prints the memory that the process holds (resident set) as it goes, and by how much the second half
of the samples lies above the first half at most; the exit status is 1 where that is more than 2 %.
The first fifth is left out: kernels are loaded and caches filled there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
import psutil
import tyro
from threadpoolctl import threadpool_limits

from bildsim.envs.swarm import SwarmEnv
from bildsim.programs.run.session import Session
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from bildsim.simulation.tick import Tick

SAMPLES = 20
WARM = 0.2
ALLOWED = 0.02
_PROCESS = psutil.Process()


@dataclass(frozen=True)
class Options:
    """What is done for how long.

    Attributes:
        resets: how often an environment of each of ``reset_dynamics`` is reset; 0 leaves it out.
        reset_dynamics: their dynamics.
        steps: steps between two resets.
        duration: simulated time of the run (s); 0 leaves it out.
        dynamics: dynamics of the run.
        robots: number of robots.
        planner: planner of the run.
        rounds: communication rounds a control tick.
        video: whether the run is filmed.
        checkpoint: simulated time between checkpoints (s).
    """

    resets: int = 200
    reset_dynamics: tuple[str, ...] = ("bullet", "kinematic")
    steps: int = 5
    duration: float = 3600.0
    dynamics: str = "kinematic"
    robots: int = 100
    planner: str = "bild-macro"
    rounds: int = 10
    video: bool = False
    checkpoint: float = 60.0


@dataclass
class Memory:
    """Samples of the memory that the process holds, in MiB."""

    samples: list[float] = field(default_factory=list)

    def sample(self, what: str) -> None:
        """Take one and print it."""
        self.samples.append(_PROCESS.memory_info().rss / 2**20)
        print(f"  {what:>16}  {self.samples[-1]:8.1f} MiB", flush=True)

    def is_flat(self, title: str) -> bool:
        """Print how much it grew and say whether that is little."""
        settled = np.array(self.samples[int(WARM * len(self.samples)) :])
        early, late = np.array_split(settled, 2)
        growth = late.max() / early.max() - 1.0
        flat = bool(growth <= ALLOWED)
        print(f"{title}: {100.0 * growth:+.2f} %, {'flat' if flat else 'GROWS'}", flush=True)
        return flat


def main() -> int:
    """Do what the options ask; the exit status is 1 where memory grows."""
    options, flat = tyro.cli(Options), []
    with threadpool_limits(limits=1):
        if options.resets:
            flat += [_resets(options, dynamics) for dynamics in options.reset_dynamics]
        if options.duration:
            flat.append(_run(options))
    return 0 if all(flat) else 1


def _resets(options: Options, dynamics: str) -> bool:
    memory, rng = Memory(), np.random.default_rng(0)
    env = SwarmEnv(robots=options.robots, dynamics=dynamics)
    every = max(1, options.resets // SAMPLES)
    for number in range(1, options.resets + 1):
        env.reset(seed=number)
        for _ in range(options.steps):
            env.step(rng.uniform(-1.0, 1.0, (options.robots, 2)))
        if number % every == 0:
            memory.sample(f"{number} resets")
    env.close()
    return memory.is_flat(f"{options.resets} resets, {dynamics}, {options.robots} robots")


def _run(options: Options) -> bool:
    memory, begun = Memory(), time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        out, film = Path(place) / "out", Path(place) / "film.mp4"
        output = OutputSettings(
            out=out,
            video=film if options.video else None,
            checkpoint=options.checkpoint,
            quiet=True,
        )
        config = RunConfig(
            planner=options.planner,
            rounds=options.rounds,
            duration=options.duration,
            swarm=SwarmSettings(robots=options.robots, dynamics=options.dynamics),
            output=output,
        )
        run = _Sampled(config, memory)
        if run.execute().status != "done":
            raise SystemExit("the run failed")
    spent = time.perf_counter() - begun
    print(f"  {options.duration:g} s simulated in {spent:.0f} s")
    return memory.is_flat(
        f"{options.duration:g} s, {options.dynamics}, {options.planner}, {options.robots} robots"
    )


class _Sampled(Session):
    """A run whose memory is sampled on its way."""

    def __init__(self, config: RunConfig, memory: Memory) -> None:
        super().__init__(config)
        self._memory = memory
        self._every = max(1, config.ticks // SAMPLES)
        self._numbers = count()

    def _record(self, tick: Tick, due: bool) -> None:
        super()._record(tick, due)
        number = next(self._numbers)
        if number and number % self._every == 0:
            self._memory.sample(f"{tick.time_s:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
