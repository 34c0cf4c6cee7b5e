"""What ``python -m bildsim.bench`` is asked to do: its fields are the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.controllers.planner_options import among, words_of
from bildsim.controllers.registry import (
    LEARNED,
    PLANNER_NAMES,
    options_by_name,
    place_of,
    unknown_planner,
)
from bildsim.numerics.threads import usable_cores
from bildsim.programs.config.command_line import Presets, split
from bildsim.programs.config.macro_options import require_use
from bildsim.programs.sweep.lists import (
    ListedTarget,
    listed,
    listed_seeds,
    listed_starts,
    listed_targets,
)
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
from bildsim.targets.files.reading import AS_IT_IS
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import (
    MOVING_NAMES,
    WITH_SPEED,
    WITH_TIME,
    require_time,
    target_by_name,
)

_Comparison = TypeVar("_Comparison", bound="ComparisonConfig")
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
        planners: planners with commas between: names, also of installed packages' planners, or
            package.module:Class.
        targets: named target densities and files, as bildsim.run takes them, with commas between,
            also ones that move.
        starts: where the robots start, with commas between: uniform, corner, centre, wrong, and
            files of places (.npy, .csv).
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
        if self.policy is not None and LEARNED not in self.planner_names:
            raise UsageError(
                "{policy} means nothing for {planners}: it is for learned",
                policy=str(self.policy),
                planners=self.planners,
            )
        _check_planner_options(self)
        _check_motion(self)
        _check_engine(self.engine, self.scheduler, self.jobs)

    @property
    def planner_names(self) -> tuple[str, ...]:
        """The planners, in the order given."""
        names = listed("--planners", self.planners)
        for name in names:
            if name not in PLANNER_NAMES and not place_of(name):
                raise unknown_planner("--planners", name)
        return names

    @cached_property
    def listed_targets(self) -> dict[str, ListedTarget]:
        """The targets by what they are called, in the order given; files are read once for this."""
        return {item.label: item for item in listed_targets(self.targets, self.reading)}

    @property
    def target_names(self) -> tuple[str, ...]:
        """What the targets are called, in the order given."""
        return tuple(self.listed_targets)

    @property
    def start_names(self) -> tuple[str, ...]:
        """The starts, in the order given."""
        return listed_starts(self.starts)

    @property
    def seed_numbers(self) -> tuple[int, ...]:
        """The seeds, in the order given."""
        return listed_seeds(self.seeds)

    @property
    def varied(self) -> Sweep | None:
        """What is varied; None where everything is alike."""
        return None

    @property
    def processes(self) -> int:
        """How many processes of this machine work."""
        return self.jobs or usable_cores()

    def trial(self, planner: str, target: str, start: str, seed: int) -> RunConfig:
        """Return the configuration of one trial, of a target by what it is called."""
        shared = {item.name: getattr(self, item.name) for item in fields(TrialSettings)}
        swarm = {item.name: getattr(self.swarm, item.name) for item in fields(RobotSettings)}
        path = self.listed_targets[target].path
        reading = AS_IT_IS if path is None else self.reading
        own = {
            "motion": self.motion_of(target),
            "reading": reading,
            "policy": self.policy if planner == LEARNED else None,
        }
        if self.planner_option:
            own["planner_option"] = among(options_by_name(planner), self.planner_option)
        return RunConfig(
            **(shared | own),
            planner=planner,
            target=target,
            target_file=path,
            seed=seed,
            swarm=SwarmSettings(**swarm, start=start),
            output=OutputSettings(metrics_period=self.output.metrics_period),
        )

    def motion_of(self, target: str) -> MotionSettings:
        """Return the settings of moving targets that mean something for this one."""
        motion, item = self.motion, self.listed_targets[target]
        timed = target in WITH_TIME or (item.moves and item.path is not None)
        return MotionSettings(
            motion.target_speed if target in WITH_SPEED else None,
            motion.target_time if timed else None,
            motion.feedforward and item.moves,
        )


@dataclass(frozen=True)
class BenchConfig(ComparisonConfig):
    """A comparison of planners, perhaps over the values of one more setting.

    Attributes:
        sweep: a setting to vary, such as max-speed, over its usual values or over those given
            after =, with commas between; the report shows how each planner bears it. There are
            max-speed, max-turn-rate, motor-torque, deadband, command-delay, backlash,
            position-noise, heading-noise, fix-rate, fix-latency, dead, loss, link-delay,
            radio-range, half-range, send-threshold, arena-width and robots.
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
    return parse_comparison(PROGRAM, SUMMARY, BenchConfig(), arguments)


def parse_comparison(
    program: str, summary: str, default: _Comparison, arguments: Sequence[str]
) -> _Comparison:
    """Return the comparison that a command line asks for.

    Args:
        program: the module that is its door.
        summary: what it does.
        default: what it is unless told otherwise.
        arguments: the command line.

    Raises:
        UsageError: an option is unknown, its value is wrong, or it has no effect.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    line = split(program, summary, default, arguments, MACRO_PRESETS)
    base = line.base(default)
    config = line.onto(base)
    try:
        require_use(line.words, config.macro, config.planner_names, "planners")
    except UsageError as error:
        raise line.with_origins(error, base) from None
    return config


def _check_planner_options(bench: ComparisonConfig) -> None:
    """Make sure that each option of planners is one of a planner that takes part."""
    words = words_of(bench.planner_option)
    if not words:
        return
    known = {name: None for planner in bench.planner_names for name in options_by_name(planner)}
    for name in words:
        if name not in known:
            raise unknown_name(f"planner option of {bench.planners}", name, known)


def _check_motion(bench: ComparisonConfig) -> None:
    """Make sure that each setting of moving targets is possible, and for one of the targets."""
    motion = bench.motion
    own = {name: bench.motion_of(name) for name in bench.target_names}
    for option, name, users in (
        ("--target-speed", "target_speed", WITH_SPEED),
        ("--target-time", "target_time", (*WITH_TIME, "films")),
        ("--feedforward", "feedforward", (*MOVING_NAMES, "films")),
    ):
        taken = any(_is_given(settings, name) for settings in own.values())
        if _is_given(motion, name) and not taken:
            raise UsageError(
                f"{option} means nothing for --targets {bench.targets}: it is for "
                f"{', '.join(users)}"
            )
    for target in set(MOVING_NAMES) & set(own):
        settings = own[target]
        target_by_name(target, speed=settings.target_speed, time_s=settings.target_time)
    if motion.target_time is not None:
        require_time(motion.target_time)


def _is_given(motion: MotionSettings, name: str) -> bool:
    return getattr(motion, name) not in (None, False)


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
