"""What an environment is made of and what it can do in any mode: parts, states, pictures."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import Any

import gymnasium
import numpy as np

from bildsim.basics.arrays import Floats, Image
from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.time_budget import TimeBudget
from bildsim.controllers.delay_compensation import Tracking
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.agents.observation import Observer, fit_info
from bildsim.envs.control_tick import Driver
from bildsim.envs.dynamics import AnyDynamics, longest_step
from bildsim.envs.fleet import Fleet
from bildsim.envs.physics import SwarmPhysics
from bildsim.envs.randomisation.options import reset_options
from bildsim.envs.randomisation.randomisation import Drawn, Plan
from bildsim.envs.rendering import SwarmView
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.starts import Start, StartLike, Starts
from bildsim.envs.state import SwarmState, in_words, parts_that_fit
from bildsim.envs.task import DensityTask
from bildsim.obstacles.shapes import Obstacles
from bildsim.targets.any_target import as_target
from bildsim.targets.files.reading import Reading
from bildsim.targets.moving_target import AnyTarget
from bildsim.targets.target import Target

Seen = dict[str, Floats]


class RunningSwarm(gymnasium.Env[Seen, Floats]):
    """Robots, a task and whoever shows them to agents; `SwarmEnv` is the environment.

    Attributes:
        usual: robots as they were asked for.
        starts: the starts that are possible for them.
        task: what the swarm is to do in this episode.

    Args:
        usual: robots as they were asked for.
        start: where they start unless an episode says otherwise.
        task: what the swarm is to do unless an episode says otherwise.
        observer: shows agents the swarm.
        duration_s: length of the time axis in rendered frames (s).
        described: more of what determines what happens, by the names of arguments.
    """

    def __init__(
        self,
        usual: Fleet,
        start: StartLike,
        task: DensityTask,
        observer: Observer,
        duration_s: float,
        described: dict[str, Any],
    ) -> None:
        self.usual = self._fleet = usual
        robot, asked = usual.robot, usual.settings
        self.starts = Starts(self.robots, robot.radius, asked.apart, robot.unit_m, asked.obstacles)
        self._start = self.as_start(start)
        self._usual_task = self.task = task
        self._observer, self._duration_s = observer, duration_s
        self._described = described
        self._drawn: Drawn | None = None
        self._view: SwarmView | None = None

    @property
    def robots(self) -> int:
        """Number N of robots."""
        return self.usual.settings.robots

    @property
    def robot(self) -> RobotModel:
        """The model of every robot, in units of half the arena's width."""
        return self._fleet.robot

    @property
    def described_robot(self) -> RobotModel:
        """The same in metres."""
        return self._fleet.described_robot

    @property
    def unit_m(self) -> float:
        """Metres in a unit of places: half of the arena's width."""
        return self.robot.unit_m

    @property
    def physics_rate(self) -> int:
        """Physics steps a second; 0 where there are none."""
        return self._fleet.physics_rate

    @property
    def contacts(self) -> bool:
        """Whether robots touch each other."""
        return self.usual.settings.contacts

    @property
    def obstacles(self) -> Obstacles:
        """What stands in the arena, as it is."""
        return self.usual.settings.obstacles

    @property
    def tracking(self) -> Tracking:
        """How robots track waypoints."""
        return self._fleet.tracking

    @property
    def time_budget(self) -> TimeBudget:
        """Wall time so far, by activity: ``physics``, ``tracking`` and ``fit``."""
        return self.driver.time_budget

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
        """What carries actions out."""
        return self._physics.driver

    @property
    def arena(self) -> AnyDynamics:
        """The physics; it exists from the first ``reset`` on."""
        return self._physics.arena

    def as_target(self, target: Any) -> AnyTarget:
        """Return what was given as a target for one episode.

        Raises:
            UsageError: it is none.
        """
        return as_target(target, duration_s=self._duration_s, reading=Reading())

    def as_start(self, start: StartLike) -> Start:
        """Return a start that was given for one episode.

        Raises:
            UsageError: robots cannot start there.
        """
        return self.starts.checked(start)

    def plan_for(self, options: dict[str, Any] | None, others: tuple[str, ...] = ()) -> Plan:
        """Return how an episode begins, by the options of ``reset``.

        Args:
            options: of ``reset``.
            others: names of options that whoever asks has dealt with already.

        Raises:
            UsageError: an option is unknown or not possible, or robots cannot start there.
        """
        return Plan.of(reset_options(options, others), self._start, self)

    def task_for(self, drawn: Drawn | None) -> DensityTask:
        """Return the task of an episode that was drawn, or the usual one."""
        if drawn is None or drawn.target is None:
            return self._usual_task
        return self._usual_task.towards(drawn.target)

    def get_state(self) -> SwarmState:
        """Return everything that changes, from which `set_state` goes on; see the class.

        The state may be pickled, and given to another environment made with the same arguments. A
        limit on an episode's length, as ``gymnasium.make`` adds it, is not the environment's.
        """
        return SwarmState(
            made_with=self._made_with,
            parts={**self._physics.snapshot(), **self._observer.snapshot()},
            theta=self.task.theta.copy(),
            kl=self.task.kl,
            touching=self._physics.touching.copy(),
            saturated=self._physics.saturated.copy(),
            draws=copy.deepcopy(self.np_random),
            drawn=self._drawn,
        )

    def set_state(self, state: SwarmState) -> tuple[Seen, dict[str, Any]]:
        """Be as when the state was taken, and return the observation and the info of that moment.

        A rendered frame's trails and curve begin anew.

        Raises:
            UsageError: it is no state, or of an environment that was made with other arguments; the
                environment is as it was then.
        """
        if not isinstance(state, SwarmState):
            raise UsageError(f"a state is what get_state returned, not {type(state).__name__}")
        state.require_from(self._made_with)
        state.require_sizes(self.robots, len(self.task.theta))
        draws = copy.deepcopy(self.np_random)
        before = self.get_state() if self._physics.running else None
        if before is None:
            self.reset()
        try:
            with parts_that_fit():
                self._become(state)
        except (UsageError, RunError):
            # What does not fit is found on the way: robots that have moved already go back.
            if before is None:
                self.close()
            else:
                self._become(before)
            self.np_random = draws
            raise
        self._view = None
        return self._observer.shown(self.task, self._physics), self._info()

    def render(self) -> Image | None:
        """Return the frame seen from above, (720, 1280, 3) RGB, in mode ``rgb_array``."""
        if self.render_mode != "rgb_array":
            return None
        if self._view is None:
            radius, duration_s = self.robot.radius, self._duration_s
            width, around = self.usual.settings.arena_width, self.obstacles
            self._view = SwarmView(self.task, radius, duration_s, self.arena.time, width, around)
        seen = self._physics
        return self._view.draw(
            self.arena.time, seen.pose, seen.touching, seen.saturated, seen.active
        )

    def close(self) -> None:
        """Close the physics."""
        self._physics.close()

    @property
    def _physics(self) -> SwarmPhysics:
        return self._fleet.physics

    @cached_property
    def _made_with(self) -> dict[str, str]:
        """What determines what happens, in words; see `SwarmState`."""
        settings = self.usual.described() | self._described
        said = {name: repr(value) for name, value in settings.items()}
        return said | {"target": in_words(self._usual_task.target, self._duration_s)}

    def _become(self, state: SwarmState) -> None:
        """Take over a state of an environment that was made alike."""
        if state.drawn is not self._drawn:
            self._begin(state.drawn, self._physics.pose, np.random.default_rng(0))
        self._physics.restore(state.parts, state.touching.copy(), state.saturated.copy())
        self.task.look_at_target(self.arena.time)
        self._observer.restore(state.parts, self._physics)
        self.task.restore(state.theta.copy(), state.kl)
        self.np_random = copy.deepcopy(state.draws)

    def _begin(self, drawn: Drawn | None, poses: Floats, rng: np.random.Generator) -> None:
        """Put the robots of an episode, drawn or usual, at rest at the poses, (N, 3), m and rad.

        Raises:
            UsageError: they cannot be so; nothing has changed then.
        """
        fleet = self._fleet_for(drawn)
        fleet.physics.reset(poses, rng, after=self._physics)
        self._fleet, self.task, self._drawn = fleet, self.task_for(drawn), drawn
        # A new episode has a new curve and new trails.
        self._view = None
        self.task.begin()

    def _fleet_for(self, drawn: Drawn | None) -> Fleet:
        settings = self.usual.settings if drawn is None else drawn.settings
        # Robots of the last episode do for the next one, if they are alike.
        for known in (self.usual, self._fleet):
            if known.settings == settings:
                return known
        return settings.made(self.time_budget)

    def _observe(self) -> Seen:
        """Fit the swarm's density at this moment, and return what agents are shown."""
        seen = self._physics
        with self.time_budget.spent("fit"):
            self.task.look_at_target(self.arena.time)
            statistics = self.task.measure(seen.places(seen.pose))
        # Without errors of localisation what is measured is the truth: statistics are the same.
        known = statistics if seen.measured is seen.pose else None
        return self._observer.shown(self.task, seen, known)

    def _info(self) -> dict[str, Any]:
        """Return the infos that there are at any moment."""
        told = fit_info(self.task, self._physics)
        return told if self._drawn is None else {**told, "drawn": dict(self._drawn.said)}
