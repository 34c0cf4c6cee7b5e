"""What ``python -m bildsim.bench`` is asked to do: its fields are the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.controllers.registry import PLANNER_NAMES
from bildsim.envs.robots.spawn import START_NAMES
from bildsim.numerics.threads import usable_cores
from bildsim.programs.config.command_line import Presets, parse
from bildsim.programs.sweep.variables import Sweep
from bildsim.simulation.config import (
    PLACE,
    OptionalPath,
    OutputSettings,
    RobotSettings,
    RunConfig,
    SwarmSettings,
    TrialSettings,
    require_ticks,
)
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import MOVING_NAMES, WITH_SPEED, WITH_TIME, target_by_name
from bildsim.targets.target import TARGET_NAMES

PROGRAM = "bildsim.bench"
SUMMARY = (
    "Compare planners: the same starts, seeds, physics and tracking for each of them. A sweep that "
    "was stopped goes on where it was when the same command is given again."
)
MACRO_PRESETS: Presets = MappingProxyType(
    {name: {"macro": settings} for name, settings in PRESETS.items()}
)
"""What ``--preset`` may name."""
MOST_TRIALS = 100_000
_Value = TypeVar("_Value", str, int)
OptionalCount = Annotated[int | None, "INT"]
OptionalSweep = Annotated[str | None, "NAME[=VALUES]"]
OptionalWord = Annotated[str | None, "ADDRESS"]


@dataclass(frozen=True)
class SweepOutput:
    """What a sweep leaves.

    Attributes:
        out: directory for results.csv, plots and report.html; one that a sweep has left goes on.
        metrics_period: time between points of the curves over time (s).
        quiet: print nothing but errors.
    """

    out: OptionalPath = field(default=None, metadata=PLACE)
    metrics_period: float = 1.0
    quiet: bool = False


@dataclass(frozen=True)
class ComparisonConfig(TrialSettings):
    """Trials with every planner, target, start and seed, alike in all other settings.

    Attributes:
        planners: planners with commas between: names, or package.module:Class.
        targets: named target densities with commas between, also ones that move.
        starts: where the robots start, with commas between: uniform, corner, centre, wrong.
        seeds: seeds with commas between; FIRST:END is FIRST to END - 1.
        engine: where trials run: local (processes of this machine) or dask (a cluster; without
            --scheduler one of this machine); dask if --scheduler is given, else local.
        scheduler: address of a Dask scheduler, such as tcp://host:8786.
        jobs: processes on this machine; unless given one a core.
        swarm: robots and physics.
        output: what the sweep leaves.
    """

    planners: str = "bild-macro,hypergradient,static"
    targets: str = "gmm3,ring"
    starts: str = "uniform,corner"
    seeds: str = "0:5"
    engine: Literal["local", "dask"] | None = None
    scheduler: OptionalWord = None
    jobs: OptionalCount = None
    swarm: RobotSettings = field(default_factory=RobotSettings)
    output: SweepOutput = field(default_factory=SweepOutput)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_ticks("metrics_period", self.output.metrics_period)
        sizes = (self.planner_names, self.target_names, self.start_names, self.seed_numbers)
        count = 1 if self.varied is None else len(self.varied.values)
        for size in sizes:
            count *= len(size)
        if count > MOST_TRIALS:
            raise UsageError(
                "{seeds} makes {0} trials with the other lists: allowed are {1}",
                count,
                MOST_TRIALS,
                seeds=self.seeds,
            )
        _check_motion(self)
        _check_engine(self.engine, self.scheduler, self.jobs)

    @property
    def planner_names(self) -> tuple[str, ...]:
        """The planners, in the order given."""
        names = _listed("--planners", self.planners)
        known = (*PLANNER_NAMES, "package.module:Class")
        for name in names:
            if name not in PLANNER_NAMES and ":" not in name:
                raise unknown_name("--planners", name, known)
        return names

    @property
    def target_names(self) -> tuple[str, ...]:
        """The targets, in the order given."""
        return _known("--targets", self.targets, (*TARGET_NAMES, *MOVING_NAMES))

    @property
    def start_names(self) -> tuple[str, ...]:
        """The starts, in the order given."""
        return _known("--starts", self.starts, START_NAMES)

    @property
    def seed_numbers(self) -> tuple[int, ...]:
        """The seeds, in the order given."""
        seeds = [seed for part in _parts("--seeds", self.seeds) for seed in _range(part)]
        return tuple(_once("--seeds", seeds))

    @property
    def varied(self) -> Sweep | None:
        """What is varied; None where everything is alike."""
        return None

    @property
    def processes(self) -> int:
        """How many processes of this machine work."""
        return self.jobs or usable_cores()

    def trial(self, planner: str, target: str, start: str, seed: int) -> RunConfig:
        """Return the configuration of one trial."""
        shared = {item.name: getattr(self, item.name) for item in fields(TrialSettings)}
        swarm = {item.name: getattr(self.swarm, item.name) for item in fields(RobotSettings)}
        return RunConfig(
            **(shared | {"motion": self.motion_of(target)}),
            planner=planner,
            target=target,
            seed=seed,
            swarm=SwarmSettings(**swarm, start=start),
            output=OutputSettings(metrics_period=self.output.metrics_period),
        )

    def motion_of(self, target: str) -> MotionSettings:
        """Return the settings of moving targets that mean something for this one."""
        motion = self.motion
        return MotionSettings(
            motion.target_speed if target in WITH_SPEED else None,
            motion.target_time if target in WITH_TIME else None,
            motion.feedforward and target in MOVING_NAMES,
        )


@dataclass(frozen=True)
class BenchConfig(ComparisonConfig):
    """A comparison of planners, perhaps over the values of one more setting.

    Attributes:
        sweep: a setting to vary, such as max-speed, over its usual values or over those given
            after =, with commas between; the report shows how each planner bears it. There are
            max-speed, max-turn-rate, motor-torque, deadband, command-delay, position-noise, dead,
            loss, link-delay, radio-range and robots.
    """

    sweep: OptionalSweep = None

    @property
    def varied(self) -> Sweep | None:
        """What the sweep varies; None for a benchmark, in which everything is alike."""
        return None if self.sweep is None else Sweep.parse(self.sweep)


def parse_bench(arguments: Sequence[str]) -> BenchConfig:
    """Return the sweep that the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    return parse(f"python -m {PROGRAM}", SUMMARY, BenchConfig(), arguments, MACRO_PRESETS)


def _parts(option: str, text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise UsageError(
            f"{option} {text!r} is not possible: it takes one or more values with a comma between"
        )
    return parts


def _once(option: str, values: list[_Value]) -> list[_Value]:
    seen: set[_Value] = set()
    for value in values:
        if value in seen:
            raise UsageError(f"{option} names {value} twice: give each value once")
        seen.add(value)
    return values


def _listed(option: str, text: str) -> tuple[str, ...]:
    return tuple(_once(option, _parts(option, text)))


def _known(option: str, text: str, valid: Sequence[str]) -> tuple[str, ...]:
    """Return the names as they are written where they are defined."""
    by_name = {name.casefold(): name for name in valid}
    names = []
    for part in _parts(option, text):
        if part.casefold() not in by_name:
            raise unknown_name(option, part, valid)
        names.append(by_name[part.casefold()])
    return tuple(_once(option, names))


def _range(part: str) -> range:
    """Return the seeds that ``5`` or ``0:10`` stands for."""
    first, colon, end = (word.strip() for word in part.partition(":"))
    words = (first, end) if colon else (first,)
    # Nine digits: far more than any sweep needs, and never slow to read.
    if not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in words):
        raise UsageError(
            f"--seeds {part} is not possible: allowed are whole numbers from 0 and ranges such as "
            "0:10, with commas between"
        )
    found = range(int(first), int(end) if colon else int(first) + 1)
    if not found:
        raise UsageError(f"--seeds {part} is empty: FIRST:END is FIRST to END - 1")
    if len(found) > MOST_TRIALS:
        raise UsageError(f"--seeds {part} asks for {len(found)} seeds: allowed are {MOST_TRIALS}")
    return found


def _check_motion(bench: ComparisonConfig) -> None:
    """Make sure that each setting of moving targets is possible, and for one of the targets."""
    motion, targets = bench.motion, bench.target_names
    for option, given, users in (
        ("--target-speed", motion.target_speed is not None, WITH_SPEED),
        ("--target-time", motion.target_time is not None, WITH_TIME),
        ("--feedforward", motion.feedforward, MOVING_NAMES),
    ):
        if given and not set(users) & set(targets):
            raise UsageError(
                f"{option} means nothing for --targets {bench.targets}: it is for "
                f"{', '.join(users)}"
            )
    for target in set(MOVING_NAMES) & set(targets):
        own = bench.motion_of(target)
        target_by_name(target, speed=own.target_speed, time_s=own.target_time)


def _check_engine(engine: str | None, scheduler: str | None, jobs: int | None) -> None:
    if scheduler is not None and engine == "local":
        raise UsageError(
            f"--scheduler {scheduler} and --engine local exclude each other: give one of them"
        )
    if jobs is None:
        return
    if scheduler is not None:
        raise UsageError(
            f"--scheduler {scheduler} and --jobs {jobs} exclude each other: the workers of a "
            "cluster are started with it"
        )
    if not 1 <= jobs <= 1024:
        raise UsageError(f"--jobs {jobs} is not possible: allowed is 1 to 1024")
