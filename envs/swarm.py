"""The Gymnasium environment of a robot swarm: waypoints in, poses out, physics in between."""

from __future__ import annotations

import copy
from functools import cache, cached_property
from typing import Any, cast, get_args, get_type_hints

import gymnasium
import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats, Image
from bildsim.basics.errors import UsageError
from bildsim.basics.time_budget import TimeBudget
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.controllers.delay_compensation import PREDICT, DelayCompensation, Tracking, tracking
from bildsim.controllers.safety.registry import NONE as NO_SAFETY
from bildsim.controllers.safety.registry import make_safety
from bildsim.controllers.tracking import DEFAULT_GAIN
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.checks import (
    RenderMode,
    check_arguments,
    check_compensation,
    check_safety,
    check_types,
    checked_waypoints,
    render_modes,
    start_in,
)
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.drivetrain import usual_delay
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import (
    BULLET,
    IDEAL,
    AnyDynamics,
    longest_step,
    make_model,
    settled_rate,
)
from bildsim.envs.observation import contact_info, fit_info, observation, observation_space
from bildsim.envs.physics import SwarmPhysics
from bildsim.envs.rendering import SwarmView
from bildsim.envs.robots.spawn import require_room
from bildsim.envs.robots.starts import Start, StartLike, Starts
from bildsim.envs.state import SwarmState, in_words, parts_that_fit
from bildsim.envs.task import DensityTask, Reward
from bildsim.targets.any_target import TargetLike, as_target
from bildsim.targets.files.reading import Layout, Reading
from bildsim.targets.moving_target import AnyTarget
from bildsim.targets.target import Target


class SwarmEnv(gymnasium.Env[dict[str, Floats], Floats]):
    """N differential-drive robots that are to take a density.

    ## Description
    The robots drive in the square C = [-1, 1]^2 between walls. Each step lasts one control tick of
    0.1 s: every robot tracks its waypoint with a controller that runs 60 times a second and asks
    for wheel speeds, the drive limits them, and the dynamics moves the robots: ``bullet`` with
    motors, friction and contacts in PyBullet, or ``kinematic``, for all robots at once, as rolling
    discs with motors and contacts. With ``ideal`` points go straight to their waypoints, no faster
    than the top speed. The swarm's density is the exponential family's exact fit to the positions
    of the robots that are in the swarm: all, but for those that died or have not come yet, which
    stand still.

    ## Action space
    ``Box(-1, 1, (N, 2))``: the waypoint of each robot's centre, world frame, metres.

    ## Observation space
    A ``Dict`` of float64 boxes of all robots, for Gymnasium's agents. (The project's planners see
    `bildsim.controllers.planner.Observation`, of those robots alone that are in the swarm.)

    | key | shape | meaning |
    |---|---|---|
    | ``pose`` | (N, 3) | x, y (m) and heading (rad, -pi to pi), world frame, as measured; where
        robots predict over a delay, when a command given now takes effect |
    | ``velocity`` | (N, 3) | vx, vy (m/s), world frame, and yaw rate (rad/s) |
    | ``swarm_statistics`` | (m,) | mean of phi over the swarm's measured positions, in [-1, 1] |
    | ``target_statistics`` | (m,) | mean of phi under p*, where the former should end; under p* at
        this moment if the target moves |

    ## Rewards
    ``negative_kl``: -KL(p(.; theta(x)) || p*) in nats after the step, at the true positions.
    ``decrease``: how much that KL fell during the step, so that an episode's return is the whole
    decrease. Where the target moves, each KL is against the target of its moment.

    ## Starting state
    Robots at rest, drawn from the start region without overlap, headings uniform; or at the places
    that were given. ``reset`` takes ``options={"start": ...}``, like the argument, for that episode
    alone, or ``{"poses": array}`` of shape (N, 2), x and y (m), or (N, 3) with headings (rad).

    ## Episode end
    Never terminated; ``gymnasium.make`` truncates after 600 steps, one simulated minute. Physics
    that goes wrong (a robot outside the arena, upside down, not finite) raises ``RunError``.

    ## Info
    ``kl_fit``, ``theta`` (m,), ``time_s``, the true ``pose`` (N, 3) and ``active`` (N,), whether a
    robot is in the swarm; after a step also ``command`` and ``applied`` (N, 2) wheel speeds (left,
    right; rad/s) of the tick's last tracking update, ``saturated`` (N,) share of the tick's updates
    in which a wheel was at its limit, ``effort`` (N,) the tick's control effort (m^2/s; see
    `bildsim.envs.control_tick.Motion`), ``safety_acted`` and ``safety_infeasible`` (N,) the shares
    in which collision avoidance changed the command or found no safe one, ``touching_robot`` and
    ``touching_wall`` (N,) at the tick's end, ``contact_pairs`` and ``overlap_m``.

    ## States
    ``get_state`` and ``set_state`` keep a moment and return to it exactly, so that rollouts can
    branch.

    ## Many at once
    ``gymnasium.make_vec`` steps many kinematic swarms in one compiled pass; see
    `bildsim.envs.vector.environment.SwarmVectorEnv`.

    ## Arguments
    Args:
        robots: number N of robots.
        target: name of a target density, a file, an array, a function of places (..., 2) in m, a
            ``Target``, or a ``MovingTarget``, whose time starts anew with each episode; see
            `bildsim.targets.any_target.as_target`.
        target_layout: what a target that is an array is, where its shape leaves it open: density,
            film or picture; see `bildsim.targets.files.reading.Reading`.
        target_dark: whether what is dark in a picture is dense.
        start: name of the start region: uniform, corner, centre or wrong; or places, as an array
            or a file (.npy, .csv) of rows of x, y (m) and perhaps heading (rad).
        radius: radius of a robot (m); by default 0.025 for up to 100 robots, and for more that at
            which they cover the same share of the arena.
        max_speed: speed of the wheel rims at the wheels' limit (m/s); ``inf`` for ``ideal`` without
            a limit; by default 0.2, or less where so small a robot would weave.
        dynamics: ``bullet``, ``kinematic`` or ``ideal``; only the first needs PyBullet.
        contacts: whether robots collide with each other, which ``ideal`` ones never do; walls are
            always solid.
        safety: ``none``, ``cbf`` or ``orca``: collision avoidance between tracking and wheels, from
            what robots sense nearby; not for ``ideal``.
        order: degree kappa of the Legendre polynomials.
        grid_step: distance between quadrature nodes (m).
        regularisation: w, the ridge of the fit.
        gain: gain of the tracking controller (1/s).
        delay_compensation: what is done about late commands: ``predict``, ``gain`` or ``none``; see
            `bildsim.controllers.delay_compensation`.
        actuation: limits and faults of the drives; not for ``ideal``.
        faults: robots that fail or come late.
        sensing: errors of localisation.
        physics_rate: physics steps a second, a multiple of 60; by default 60, and for ``bullet``
            more where robots are small or fast. ``ideal`` has none.
        reward: ``negative_kl`` or ``decrease``.
        duration_s: length of the time axis in rendered frames (s); a film takes so long, and the
            target named ``switch`` switches halfway.
        render_mode: ``rgb_array`` for a frame seen from above, 1280 x 720; ``human`` for PyBullet's
            own window, in real time, where there is a display.

    Raises:
        UsageError: an argument is out of range, or so many robots do not fit.
    """

    metadata = {  # noqa: RUF012  (the base class declares it so)
        "render_modes": list(get_args(RenderMode)),
        "render_fps": round(1.0 / TICK_S),
    }

    def __init__(
        self,
        *,
        robots: int = 100,
        target: TargetLike = "gmm3",
        target_layout: Layout | None = None,
        target_dark: bool = False,
        start: StartLike = "uniform",
        radius: float | None = None,
        max_speed: float | None = None,
        dynamics: str = BULLET,
        contacts: bool = True,
        safety: str = NO_SAFETY,
        order: int = 6,
        grid_step: float = 0.05,
        regularisation: float = 1e-4,
        gain: float = DEFAULT_GAIN,
        delay_compensation: DelayCompensation = PREDICT,
        actuation: Actuation | None = None,
        faults: Faults | None = None,
        sensing: Sensing | None = None,
        physics_rate: int | None = None,
        reward: Reward = "negative_kl",
        duration_s: float = 60.0,
        render_mode: RenderMode | None = None,
    ) -> None:
        check_types(locals(), _types_of_arguments())
        check_arguments(gain, regularisation, reward, render_mode)
        check_compensation(delay_compensation)
        self.metadata = {**type(self).metadata, "render_modes": render_modes(dynamics)}
        self._robots, self._dynamics, self.contacts = robots, dynamics, contacts
        disturbances = Disturbances(
            actuation or Actuation(), faults or Faults(), sensing or Sensing()
        )
        disturbances.require_possible(dynamics, dynamics != IDEAL, robots)
        self.robot = make_model(dynamics, radius, max_speed, disturbances.actuation, robots)
        self.physics_rate = settled_rate(dynamics, physics_rate, self.robot)
        require_room(robots, self.robot.radius)
        apart = contacts and dynamics != IDEAL
        self.starts = Starts(robots, self.robot.radius, apart)
        self._start, self._duration_s = self.starts.checked(start), duration_s
        reading = Reading(target_layout, target_dark)
        course = as_target(target, duration_s=duration_s, reading=reading)
        family = LegendreFamily(order, grid_step)
        self.task = DensityTask(course, family, regularisation, reward)
        self.render_mode = render_mode
        method = make_safety(safety, self.robot)
        check_safety(safety, dynamics)
        self.tracking: Tracking = tracking(
            gain,
            usual_delay(disturbances.actuation) / TRACKING_RATE,
            delay_compensation,
            self.robot,
            self.max_step,
        )
        gui = render_mode == "human"
        self._physics = SwarmPhysics(
            dynamics,
            robots,
            Driver(
                self.robot, self.tracking.gain, method, gui, disturbances, self.tracking.predicts
            ),
            self.robot,
            physics_rate=physics_rate,
            contacts=contacts,
            gui=gui,
        )
        self._view: SwarmView | None = None
        self._settings = {
            "robots": int(robots),
            "dynamics": dynamics,
            "radius": float(self.robot.radius),
            "max_speed": float(self.robot.max_speed),
            "contacts": bool(contacts),
            "safety": safety,
            "order": int(order),
            "grid_step": float(grid_step),
            "regularisation": float(regularisation),
            "gain": float(gain),
            "delay_compensation": delay_compensation,
            "physics_rate": self.physics_rate,
            "reward": reward,
            **vars(disturbances),
        }
        self.action_space = spaces.Box(-1.0, 1.0, (robots, 2), np.float64)
        self.observation_space = cast(
            "spaces.Space[dict[str, Floats]]",
            observation_space(self.robot, robots, dynamics, family.size),
        )

    @property
    def robots(self) -> int:
        """Number N of robots."""
        return self._robots

    @property
    def time_budget(self) -> TimeBudget:
        """Wall time so far, by activity: ``physics``, ``tracking`` and ``fit``."""
        return self._physics.driver.time_budget

    @property
    def fewest(self) -> int:
        """Number of robots in the swarm when it is smallest, in this episode."""
        fault_injector = self.driver.fault_injector
        return self.robots if fault_injector is None else fault_injector.fewest

    @property
    def max_step(self) -> float:
        """How far a robot can come in one control tick (m)."""
        return longest_step(self.robot)

    @property
    def family(self) -> LegendreFamily:
        """The exponential family in which the swarm's density is fitted."""
        return self.task.family

    @property
    def target(self) -> AnyTarget:
        """p*, which may move."""
        return self.task.target

    @property
    def present_target(self) -> Target:
        """p* at this moment."""
        return self.task.present

    @property
    def driver(self) -> Driver:
        """What brings the robots towards their waypoints."""
        return self._physics.driver

    @property
    def arena(self) -> AnyDynamics:
        """The physics; it exists from the first ``reset`` on."""
        return self._physics.arena

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Floats], dict[str, Any]]:
        """Put the robots at rest on new places; see the class for ``options``.

        Raises:
            UsageError: an option is unknown, or robots cannot start there.
        """
        start = self.start_for(options)
        super().reset(seed=seed)
        self._physics.reset(self.starts.poses(start, self.np_random), self.np_random)
        # A new episode has a new curve and new trails.
        self._view = None
        self.task.begin()
        return self._observe(), fit_info(self.task, self._physics)

    def step(self, action: Floats) -> tuple[dict[str, Floats], float, bool, bool, dict[str, Any]]:
        """Drive towards the waypoints for one control tick.

        Args:
            action: (N, 2) waypoints in C, m.

        Raises:
            UsageError: the waypoints have the wrong shape, are not finite or lie outside C.
            RunError: the physics went wrong.
        """
        waypoints = checked_waypoints(action, self.robots)
        with self.time_budget.spent("tracking"):
            motion, touched = self._physics.drive(waypoints)
        seen = self._observe()
        fitted = fit_info(self.task, self._physics)
        info = {**fitted, **vars(motion), **contact_info(touched)}
        if self._view is not None:
            self._view.note_kl(self.arena.time)
        return seen, self.task.reward(), False, False, info

    def start_for(self, options: dict[str, Any] | None) -> Start:
        """Return where an episode starts, by the options of ``reset``.

        Raises:
            UsageError: an option is unknown, or robots cannot start there.
        """
        return self.starts.checked(start_in(options, self._start))

    def get_state(self) -> SwarmState:
        """Return everything that changes, from which `set_state` goes on to the bit.

        The state may be pickled, and given to another environment made with the same arguments. A
        limit on an episode's length, as ``gymnasium.make`` adds it, is not the environment's.
        """
        return SwarmState(
            made_with=self._made_with,
            parts=self._physics.snapshot(),
            theta=self.task.theta.copy(),
            kl=self.task.kl,
            touching=self._physics.touching.copy(),
            saturated=self._physics.saturated.copy(),
            draws=copy.deepcopy(self.np_random),
        )

    def set_state(self, state: SwarmState) -> tuple[dict[str, Floats], dict[str, Any]]:
        """Be as when the state was taken, and return the observation and the info of that moment.

        A rendered frame's trails and curve begin anew.

        Raises:
            UsageError: it is no state, or of an environment that was made with other arguments.
        """
        if not isinstance(state, SwarmState):
            raise UsageError(f"a state is what get_state returned, not {type(state).__name__}")
        state.require_from(self._made_with)
        state.require_sizes(self.robots, len(self.task.theta))
        if not self._physics.running:
            self.reset()
        with parts_that_fit():
            self._physics.restore(state.parts, state.touching.copy(), state.saturated.copy())
            self.task.look_at_target(self.arena.time)
        self.task.restore(state.theta.copy(), state.kl)
        self.np_random = copy.deepcopy(state.draws)
        self._view = None
        return observation(self.task, self._physics), fit_info(self.task, self._physics)

    def render(self) -> Image | None:
        """Return the frame seen from above, (720, 1280, 3) RGB, in mode ``rgb_array``."""
        if self.render_mode != "rgb_array":
            return None
        if self._view is None:
            radius, duration_s = self.robot.radius, self._duration_s
            self._view = SwarmView(self.task, radius, duration_s, self.arena.time)
        seen = self._physics
        return self._view.draw(
            self.arena.time, seen.pose, seen.touching, seen.saturated, seen.active
        )

    def close(self) -> None:
        """Close the physics."""
        self._physics.close()

    @cached_property
    def _made_with(self) -> dict[str, str]:
        """What determines what happens, in words; see `SwarmState`."""
        said = {name: repr(value) for name, value in self._settings.items()}
        return said | {"target": in_words(self.target, self._duration_s)}

    def _observe(self) -> dict[str, Floats]:
        """Fit the swarm's density at this moment, and return what agents are shown."""
        seen = self._physics
        with self.time_budget.spent("fit"):
            self.task.look_at_target(self.arena.time)
            statistics = self.task.measure(seen.places(seen.pose))
        # Without errors of localisation what is measured is the truth: statistics are the same.
        known = statistics if seen.measured is seen.pose else None
        return observation(self.task, seen, known)


@cache
def _types_of_arguments() -> dict[str, Any]:
    """Return the types of the environment's arguments but for those of many forms."""
    hints = get_type_hints(SwarmEnv.__init__)
    return {name: hints[name] for name in hints.keys() - {"target", "start", "return"}}
