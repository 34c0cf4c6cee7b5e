"""A run's configuration: frozen, typed and checked.

Programs turn fields into options and TOML keys; a string in an annotation stands for the value in
their help. Fields with the metadata ``stored=False`` are no part of what determines a run.
"""

from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.delay_compensation import DelayCompensation
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.dynamics import require_solid
from bildsim.envs.robots.arena_size import USUAL_WIDTH
from bildsim.envs.robots.described import REFERENCE
from bildsim.envs.robots.urdf.chosen import robot_text
from bildsim.network.link_settings import LinkSettings
from bildsim.obstacles.reading import obstacles_of
from bildsim.targets.files.reading import Reading
from bildsim.targets.motion_settings import MotionSettings

LONGEST_S = 1e6
MOST_ROUNDS = 10_000
REPEATED = (" ",)
"""Stands in an annotation of text that may be given more than once: it is joined by a space."""
PLACE = MappingProxyType({"stored": False})
"""Metadata of what says where this run's files go, and not what is in them."""
OptionalPath: TypeAlias = Annotated[Path | None, "PATH"]
OptionalSeconds: TypeAlias = Annotated[float | None, "SECONDS"]
Metres: TypeAlias = Annotated[float, "METRES"]
OptionalMetres: TypeAlias = Annotated[float | None, "METRES"]
OptionalSpeed: TypeAlias = Annotated[float | None, "M/S"]
OptionalNetwork: TypeAlias = Annotated[str | None, "KIND[:PARAMETER]"]
RobotText: TypeAlias = Annotated[str, "NAME|FILE"]
JointsText: TypeAlias = Annotated[str | None, "LEFT,RIGHT"]
ObstacleText: TypeAlias = Annotated[str, "SHAPE:NUMBERS", REPEATED]
StartText: TypeAlias = Annotated[str, "NAME|FILE"]
PlannerOptionText: TypeAlias = Annotated[str, "NAME=VALUE"]
OptionalRate: TypeAlias = Annotated[int | None, "HZ"]


@dataclass(frozen=True)
class RobotSettings:
    """Robots and physics.

    Attributes:
        robots: number of robots.
        robot: which one: a name that `bildsim robots` lists, such as e-puck2, or a file (.toml)
            that describes one; reference is an invented robot that scales with its radius.
        robot_urdf: a model of your own (.urdf) in place of a robot's name: as it is in PyBullet,
            its figures (m, kg) elsewhere; docs/robots.md says what is not promised for such.
        wheel_joints: names of its driven joints; unless given the two that are continuous.
        arena_width: side of the square that the robots' centres can reach (m); the walls stand a
            radius farther out on each side.
        radius: radius of a robot (m); unless given its own, and of the reference robot 0.025 for
            up to 100 robots, and for more that at which they cover the same share of the arena.
        max_speed: speed of the wheel rims at the wheels' limit (m/s); ideal robots may have inf;
            unless given its own, and of the reference robot 0.2, or less where so small a robot
            would weave.
        dynamics: what moves the robots: ideal (points that go straight to their waypoints; with an
            infinite top speed they are there at once, as in the paper), kinematic (rolling discs
            with motors and contacts, fast), or bullet (PyBullet).
        contacts: whether robots collide with each other; ideal ones never do.
        safety: collision avoidance between tracking and wheels: none, cbf (barrier functions) or
            orca (reciprocal velocity obstacles); not for ideal robots.
        gain: gain of the tracking controller (1/s).
        delay_compensation: what is done about late commands: predict (robots plan and track from
            where the commands on their way will have taken them), gain (the gain is lowered to what
            the delay allows, if need be) or none.
        physics_rate: physics steps a second (Hz), a multiple of 60; unless given 60, and for bullet
            more where robots are small or fast.
        obstacle: solid body in the arena, disc:X,Y,RADIUS or box:X,Y,WIDTH,HEIGHT[,DEGREES] (in
            units of half the arena's width, at the usual one m); given again for each, or several
            with spaces between; the target is 0 there; not for ideal robots.
    """

    robots: int = 100
    robot: RobotText = REFERENCE
    robot_urdf: OptionalPath = None
    wheel_joints: JointsText = None
    arena_width: Metres = USUAL_WIDTH
    radius: OptionalMetres = None
    max_speed: OptionalSpeed = None
    dynamics: str = "bullet"
    contacts: bool = True
    safety: str = "none"
    gain: float = 12.0
    delay_compensation: DelayCompensation = "predict"
    physics_rate: OptionalRate = None
    obstacle: ObstacleText = ""

    def require_obstacles(self) -> None:
        """Make sure that obstacles, if there are any, can be in these dynamics.

        Raises:
            UsageError: one is not understood or impossible, or the dynamics knows none.
        """
        obstacles = obstacles_of(self.obstacle)
        require_solid(self.dynamics, obstacles)

    @property
    def which(self) -> str:
        """Which robot, in one text, as `bildsim.envs.robots.described.described_robot` takes it.

        Raises:
            UsageError: the settings that say it do not go together.
        """
        return robot_text(self.robot, self.robot_urdf, self.wheel_joints)


@dataclass(frozen=True)
class SwarmSettings(RobotSettings):
    """Robots and physics of one run.

    Attributes:
        start: where they start: uniform, corner, centre or wrong (a blob away from the middle); or
            a file (.npy, .csv) with a row a robot, x and y in m and perhaps the heading in rad.
    """

    start: StartText = "uniform"


@dataclass(frozen=True)
class ModelSettings:
    """The exponential family that models densities.

    Attributes:
        order: degree kappa of the Legendre polynomials.
        grid_step: distance between quadrature nodes (m); it must divide 2.
    """

    order: int = 6
    grid_step: float = 0.05


@dataclass(frozen=True)
class OutputSettings:
    """What a run leaves.

    Attributes:
        out: new directory for metrics, trajectory, summary and configuration.
        video: new video file (.mp4, .mkv or .mov), or a smaller animated picture (.gif).
        view: left panel of the video: top (drawn) or camera (PyBullet's, slower than real time).
        video_speed: simulated seconds a second of video.
        metrics_period: time between rows of metrics.csv (s).
        checkpoint: simulated time between checkpoints in the directory of results (s), a multiple
            of 0.1; the last two are kept.
        resume: checkpoint to go on from, in its directory, to the same results; a directory of
            results stands for its newest.
        trust_checkpoint: resume also what can run any code: a run with a planner of your own, or in
            PyBullet from another user or machine; only for what you made yourself.
        live: show the run in Rerun's viewer while it goes on (needs the extra bildsim[live]).
        recording: new file (.rrd) that keeps what the live view shows; python -m bildsim.live opens
            it.
        report: new page (.html) about the run: film, curves, pictures, table, configuration.
        gui: show the robots in PyBullet's own window, in real time.
        quiet: print nothing but errors.
        profile: say at the end where the wall time went.
    """

    out: OptionalPath = field(default=None, metadata=PLACE)
    video: OptionalPath = field(default=None, metadata=PLACE)
    view: Literal["top", "camera"] = "top"
    video_speed: float = 3.0
    metrics_period: float = 1.0
    checkpoint: OptionalSeconds = field(default=None, metadata=PLACE)
    resume: OptionalPath = field(default=None, metadata=PLACE)
    trust_checkpoint: bool = field(default=False, metadata=PLACE)
    live: bool = field(default=False, metadata=PLACE)
    recording: OptionalPath = field(default=None, metadata=PLACE)
    report: OptionalPath = field(default=None, metadata=PLACE)
    gui: bool = field(default=False, metadata=PLACE)
    quiet: bool = False
    profile: bool = False


@dataclass(frozen=True)
class TrialSettings:
    """What all trials of a comparison share.

    Attributes:
        network: er:PROBABILITY, disk:RANGE_M, knn:NEIGHBOURS, ring, complete or regular:DEGREE;
            unless given er:0.5, but complete for fewer than 20 robots, of which a random graph
            often leaves some alone, and 200 neighbours on average for more than 400.
        rounds: communication rounds a control tick of 0.1 s; with a radio at most.
        duration: simulated time (s).
        planner_option: options of planners other than BILD-MACRO, NAME=VALUE with commas between,
            such as gain=0.3,leak=0.01; docs/planners.md lists them.
        policy: trained network of the planner learned (.npz), as examples/learn_policy.py writes
            it; unless given the one that comes with bildsim.
        actuation: limits and faults of the drives.
        faults: robots that fail or come late.
        sensing: errors of localisation.
        model: the density model.
        macro: settings of BILD-MACRO.
        links: what is wrong with the links between robots.
        motion: how targets move.
        reading: how target files are read.
    """

    network: OptionalNetwork = None
    rounds: int = 10
    duration: float = 60.0
    planner_option: PlannerOptionText = ""
    policy: OptionalPath = None
    actuation: Actuation = field(default_factory=Actuation)
    faults: Faults = field(default_factory=Faults)
    sensing: Sensing = field(default_factory=Sensing)
    model: ModelSettings = field(default_factory=ModelSettings)
    macro: MacroSettings = field(default_factory=MacroSettings)
    links: LinkSettings = field(default_factory=LinkSettings)
    motion: MotionSettings = field(default_factory=MotionSettings)
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        require_ticks("duration", self.duration)
        if self.rounds > MOST_ROUNDS:
            raise UsageError(
                f"{{rounds}} is not possible: allowed are {MOST_ROUNDS} a tick of {TICK_S:g} s, "
                "more than radios can do",
                rounds=self.rounds,
            )
        self.faults.require_within(self.duration)


@dataclass(frozen=True)
class RunConfig(TrialSettings):
    """Everything that determines a run.

    Attributes:
        target: named target density: uniform, gmm3, gmm4, ring, banana, letter_E or expfam; or one
            that moves: moving_gauss, split (one Gaussian to two) or switch (gmm3 to ring).
        target_file: picture (the top row is y = +1) or array (.npy, .npz, .csv; the first row is
            y = -1) in place of a named target; a video, an animated picture or an array of frames
            for one that moves.
        planner: bild-macro; moment-cells or moment-descent, which agree by broadcasts; or
            a baseline: cvt, cvt_sq, cvt_limited, kde_flow, heat, kde_consensus,
            ot_assign, ot_lloyd, laguerre, ergodic, smc, mmd, markov, hypergradient (centralised);
            learned (a trained network);
            bild-macro-exact (its moves with the swarm's density known to all) or
            bild-macro-reference (the same as bild-macro, readable and slow); a reference score:
            static, iid, quantised; an installed package's planner by its name; or
            package.module:Class.
        seed: seed of all randomness.
        swarm: robots and physics.
        output: what the run leaves.
    """

    target: str = "gmm3"
    target_file: OptionalPath = None
    planner: str = "bild-macro"
    seed: int = 0
    swarm: SwarmSettings = field(default_factory=SwarmSettings)
    output: OutputSettings = field(default_factory=OutputSettings)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.swarm.require_obstacles()
        if self.swarm.obstacle and self.motion.feedforward:
            raise UsageError(
                "{feedforward} is not possible with {obstacle}: it needs a density everywhere",
                feedforward=True,
                obstacle=self.swarm.obstacle,
            )
        if self.seed < 0:
            raise UsageError("{seed} is not possible: it must be 0 or more", seed=self.seed)
        output, dynamics = self.output, self.swarm.dynamics
        require_ticks("metrics_period", output.metrics_period)
        if output.checkpoint is not None:
            require_ticks("checkpoint", output.checkpoint)
            if output.out is None:
                raise UsageError(
                    "{checkpoint} needs {out}: give a new directory for checkpoints and results",
                    checkpoint=output.checkpoint,
                )
        if not 0.1 <= output.video_speed <= 24.0:
            raise UsageError(
                "{video_speed} is not possible: allowed is 0.1 to 24",
                video_speed=output.video_speed,
            )
        if output.gui and dynamics != "bullet":
            raise UsageError(
                "{gui} is PyBullet's window: it is not possible with {dynamics}, allowed is "
                "{dynamics:bullet}",
                gui=True,
                dynamics=dynamics,
            )
        if output.view == "camera" and dynamics != "bullet":
            raise UsageError(
                "{view} is PyBullet's: it is not possible with {dynamics}, allowed is "
                "{dynamics:bullet}",
                view=output.view,
                dynamics=dynamics,
            )

    @property
    def ticks(self) -> int:
        """Control ticks in the run."""
        return round(self.duration / TICK_S)


def require_ticks(field_name: str, seconds: float) -> None:
    """Make sure that a time is a whole number of control ticks.

    Raises:
        UsageError: it is not, or it is too long.
    """
    ticks = seconds / TICK_S
    whole = isfinite(ticks) and round(ticks) >= 1 and abs(ticks - round(ticks)) < 1e-6
    if not (whole and seconds <= LONGEST_S):
        raise UsageError(
            f"{{{field_name}}} is not possible: it must be a multiple of {TICK_S:g} s, above 0 and "
            f"at most {LONGEST_S:.0f} s",
            **{field_name: float(seconds)},
        )
