"""The Gymnasium environment of a robot swarm: actions in, poses out, physics in between."""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import gymnasium

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.controllers.delay_compensation import PREDICT, DelayCompensation
from bildsim.controllers.local_view import LocalView
from bildsim.controllers.safety.registry import NONE as NO_SAFETY
from bildsim.controllers.steering import WAYPOINT, ActionMode
from bildsim.controllers.tracking import DEFAULT_GAIN
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.agents.observation import ObservationMode, Precision, contact_info, fit_info
from bildsim.envs.agents.observers import GLOBAL, USUAL_VIEW, make_observer
from bildsim.envs.checks import (
    RenderMode,
    check_arguments,
    check_compensation,
    check_safety,
    check_types,
    render_modes,
)
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import BULLET
from bildsim.envs.fleet import FleetSettings
from bildsim.envs.robots.arena_size import USUAL_WIDTH
from bildsim.envs.robots.described import REFERENCE
from bildsim.envs.robots.starts import StartLike
from bildsim.envs.robots.urdf.chosen import robot_text
from bildsim.envs.running_swarm import RunningSwarm, Seen
from bildsim.envs.task import DensityTask, Reward
from bildsim.obstacles.reading import obstacles_of
from bildsim.targets.any_target import TargetLike, as_target
from bildsim.targets.files.reading import Layout, Reading


class SwarmEnv(RunningSwarm):
    """N differential-drive robots that are to take a density.

    ## Description
    The robots drive in the square C = [-1, 1]^2 between walls. Each step lasts one control tick of
    0.1 s, in which an action holds: 60 times a second it is turned into wheel speeds, the drive
    limits them, and the dynamics moves the robots: ``bullet`` with motors, friction and contacts in
    PyBullet, or ``kinematic``, for all robots at once, as rolling discs with motors and contacts.
    With ``ideal`` points go as they are told, no faster than the top speed. The swarm's density is
    the exponential family's exact fit to the positions of the robots that are in the swarm: all,
    but for those that died or have not come yet, which stand still.

    C is 2 m wide unless ``arena_width`` says otherwise. In a wider arena, or a narrower one, what
    this page has in m is in units of half its width: actions, observations, targets and places to
    start from. In true metres are the arguments that describe robots and what they carry
    (``radius``, ``max_speed``, ``sensing``, ``sensing_range``, ``network``) and of the infos
    ``effort`` and ``overlap_m``.

    ## Action Space
    A ``Box`` of shape (N, 2), a row a robot, symmetric about 0.

    | ``action_mode`` | a row | largest absolute value | unit |
    |---|---|---|---|
    | ``waypoint`` | where the robot's centre is to go, world frame | 1 | m |
    | ``velocity`` | how its centre is to move, world frame | the top speed | m/s |
    | ``wheel_speeds`` | how its left and right wheel are to turn | that of the wheels | rad/s |

    Points (``ideal``) have no wheels. Of a robot whose tracked point is not its centre
    (`bildsim.controllers.tracking`) ``velocity`` is that of the point.

    ## Observation Space
    A ``Dict`` of boxes. (The project's planners see `bildsim.controllers.planner.Observation`, of
    those robots alone that are in the swarm.) In both values of ``observation_mode``:

    | key | shape | meaning |
    |---|---|---|
    | ``pose`` | (N, 3) | x, y (m) and heading (rad, -pi to pi), world frame, as measured |
    | ``velocity`` | (N, 3) | vx, vy (m/s), world frame, and yaw rate (rad/s) |

    Where robots predict over a delay, the pose is that when a command given now takes effect.
    With ``global``:

    | key | shape | meaning |
    |---|---|---|
    | ``swarm_statistics`` | (m,) | mean of phi over the swarm's measured positions, in [-1, 1] |
    | ``target_statistics`` | (m,) | mean of phi under p* at this moment: where it should end |

    With ``local``, a row a robot, of what it knows by itself:

    | key | shape | meaning |
    |---|---|---|
    | ``estimate`` | (N, m) | its estimate of the swarm's mean of phi, a consensus round a tick |
    | ``heard`` | (N, m) | mean of what its network's neighbours estimated a tick ago, or its own |
    | ``neighbours`` | (N, k, 2) | where the nearest robots are, seen from it (m); zeros for none |
    | ``present`` | (N, k) | 1 where there is one, or 0 |
    | ``patch`` | (N, P, P) | p* around it (1/m^2, up to 1000), [i, j] at (x_j, y_i); 0 outside C |
    | ``target_statistics`` | (N, m) | mean of phi under p*, the same for every robot |

    ## Rewards
    ``negative_kl``: -KL(p(.; theta(x)) || p*) in nats after the step, at the true positions.
    ``decrease``: how much that KL fell during the step, so that an episode's return is the whole
    decrease. Where the target moves, each KL is against the target of its moment.

    ## Starting State
    Robots at rest, drawn from the start region without overlap, headings uniform; or at the places
    that were given.

    ## Episode End
    Never terminated; ``gymnasium.make`` truncates after 600 steps, one simulated minute. A step
    after that goes on as if nothing had happened. Physics that goes wrong (a robot outside the
    arena, upside down, not finite) raises ``RunError``.

    ## Info
    ``kl_fit``, ``theta`` (m,), ``time_s``, the true ``pose`` (N, 3) and ``active`` (N,), whether a
    robot is in the swarm; after a step also ``command`` and ``applied`` (N, 2) wheel speeds (left,
    right; rad/s) of the tick's last update, ``saturated`` (N,) share of the tick's updates in which
    a wheel was at its limit, ``effort`` (N,) the tick's control effort (m^2/s; see
    `bildsim.envs.control_tick.Motion`), ``safety_acted`` and ``safety_infeasible`` (N,) the shares
    in which collision avoidance changed the command or found no safe one, ``touching_robot`` and
    ``touching_wall`` (N,) at the tick's end, ``contact_pairs`` and ``overlap_m``. ``get_state`` and
    ``set_state`` keep a moment and return to it, so that rollouts can branch: to the bit, but for
    PyBullet's crowds, whose contacts it does not save in their order (below 1e-6 m a step; what
    returns to one moment twice is the same twice).

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
        robot: name of a robot of `bildsim.envs.robots.described`, such as ``e-puck2``, or a file
            (.toml) that describes one; ``reference`` scales with its radius.
        robot_urdf: a model of one's own (.urdf) in place of ``robot``: as it is in PyBullet, its
            figures elsewhere; see docs/robots.md.
        wheel_joints: names of its driven joints, ``"LEFT,RIGHT"``; by default the two that are
            continuous.
        arena_width: side (m) of the square that the robots' centres can reach; the walls stand a
            radius farther out on each side.
        radius: radius of a robot (m); by default its own, and of the reference robot 0.025 for up
            to 100 robots, and for more that at which they cover the same share of the arena.
        max_speed: speed of the wheel rims at the wheels' limit (m/s); ``inf`` for ``ideal`` without
            a limit; by default its own, and of the reference robot 0.2, or less where so small a
            robot would weave.
        dynamics: ``bullet``, ``kinematic`` or ``ideal``; only the first needs PyBullet.
        contacts: whether robots collide with each other, which ``ideal`` ones never do; walls are
            always solid.
        safety: ``none``, ``cbf`` or ``orca``: collision avoidance between actions and wheels, from
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
        obstacle: solid bodies that do not move, ``disc:X,Y,RADIUS`` or
            ``box:X,Y,WIDTH,HEIGHT[,DEGREES]`` (units of half the arena's width), a list or a text
            with spaces between; p* is 0 where they leave no room for a robot's centre, and so are
            fitted densities; not for ``ideal``.
        physics_rate: physics steps a second, a multiple of 60; by default 60, and for ``bullet``
            more where robots are small or fast. ``ideal`` has none.
        reward: ``negative_kl`` or ``decrease``.
        duration_s: length of the time axis in rendered frames (s); a film takes so long, and the
            target named ``switch`` switches halfway.
        render_mode: ``rgb_array`` for a frame seen from above, 1280 x 720; ``human`` for PyBullet's
            own window, in real time, where there is a display.
        action_mode: ``waypoint``, ``velocity`` or ``wheel_speeds``; see above.
        observation_mode: ``global`` or ``local``; see above.
        dtype: type of observations and actions, ``float64`` or ``float32``.
        neighbours: k, how many robots a robot tells apart; this and what follows is for ``local``.
        sensing_range: up to which distance between centres it senses them (m).
        patch_cells: P, places an axis at which it looks at p*.
        patch_width: from the first of these places to the last (m).
        network: who hears whom, such as ``disk:0.4``, a radio's range in metres, which follows the
            robots; see `bildsim.network.spec`. It may fall apart. By default a disk that joins
            robots that lie evenly in 9 of 10 draws.

    Raises:
        UsageError: an argument is out of range, or so many robots do not fit; there is no such
            positioning system, or an error of localisation that is given has no effect.

    ## Reset Arguments
    ``reset(options=...)`` is for one episode alone. ``start``: like the argument; or ``poses``: an
    array (N, 2), x and y (m), or (N, 3) with headings (rad). ``randomise``: a dictionary of what is
    drawn, by ``np_random``, and from what; `bildsim.envs.randomisation.randomisation.KEYS` are its
    keys: ``target`` (a list of targets, ``"mixtures"`` for random ones), ``start`` (a list),
    ``max_speed``, the settings of ``Actuation`` and ``Sensing``, and ``dead_share`` with
    ``dead_time_s`` and so on for every fault, each a range (low, high) or a list. What was drawn is
    in the info ``drawn``.

    ## Version History
    * v0: first version. ``action_mode``, ``observation_mode``, ``dtype`` and ``randomise`` came
      later; without them it is as it was.
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
        robot: str | Path = REFERENCE,
        robot_urdf: str | Path | None = None,
        wheel_joints: str | None = None,
        arena_width: float = USUAL_WIDTH,
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
        obstacle: str | Sequence[str] = "",
        physics_rate: int | None = None,
        reward: Reward = "negative_kl",
        duration_s: float = 60.0,
        render_mode: RenderMode | None = None,
        action_mode: ActionMode = WAYPOINT,
        observation_mode: ObservationMode = GLOBAL,
        dtype: Precision = "float64",
        neighbours: int = USUAL_VIEW.neighbours,
        sensing_range: float = USUAL_VIEW.sensing_range,
        patch_cells: int = USUAL_VIEW.patch_cells,
        patch_width: float = USUAL_VIEW.patch_width,
        network: str | None = None,
    ) -> None:
        check_types(locals(), _types_of_arguments())
        check_arguments(gain, regularisation, reward, render_mode, dtype)
        check_compensation(delay_compensation)
        check_safety(safety, dynamics)
        sensing = sensing or Sensing()
        sensing.require_used()
        self.metadata = {**type(self).metadata, "render_modes": render_modes(dynamics)}
        self.render_mode = render_mode
        usual = FleetSettings(
            dynamics,
            robots,
            radius,
            max_speed,
            contacts,
            safety,
            gain,
            delay_compensation,
            Disturbances(actuation or Actuation(), faults or Faults(), sensing),
            physics_rate,
            action_mode,
            render_mode == "human",
            robot_text(os.fspath(robot), robot_urdf, wheel_joints),
            float(arena_width),
            obstacles_of(obstacle if isinstance(obstacle, str) else " ".join(obstacle)),
        ).made()
        view = LocalView.of(neighbours, sensing_range, patch_cells, patch_width)
        blocked = usual.settings.obstacles.grown(usual.robot.radius)
        family = LegendreFamily(order, grid_step, blocked)
        observer = make_observer(observation_mode, usual, family.size, dtype, view, network)
        reading = Reading(target_layout, target_dark)
        course = as_target(target, duration_s=duration_s, reading=reading)
        described = {
            "order": int(order),
            "grid_step": float(grid_step),
            "regularisation": float(regularisation),
            "reward": reward,
            "observation_mode": observation_mode,
            **observer.described,
        }
        task = DensityTask(course, family, float(regularisation), reward)
        super().__init__(usual, start, task, observer, duration_s, described)
        self.action_space = cast(
            "gymnasium.spaces.Space[Floats]", usual.actions.space(robots, dtype)
        )
        self.observation_space = cast("gymnasium.spaces.Space[Seen]", observer.space)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Seen, dict[str, Any]]:
        """Put the robots at rest on new places; see the class for ``options``.

        Raises:
            UsageError: an option is unknown or not possible, robots cannot start there, or numbers
                that are drawn do not go together, however often; the episode before goes on then.
        """
        plan = self.plan_for(options)
        before = copy.deepcopy(self._np_random) if plan.randomisation else self._np_random
        super().reset(seed=seed)
        draws = self.np_random
        for left in reversed(range(plan.tries)):
            try:
                drawn, start = plan.draw(draws)
                self._begin(drawn, self.starts.poses(start, draws), draws)
                break
            except UsageError:
                if not left:
                    self._np_random = before
                    raise
        self._observer.begin(self.task, self._physics, draws)
        return self._observe(), self._info()

    def step(self, action: Floats) -> tuple[Seen, float, bool, bool, dict[str, Any]]:
        """Carry out an action for one control tick.

        Args:
            action: (N, 2); see the class.

        Raises:
            UsageError: it has the wrong shape or type, is not finite or outside the action space.
            RunError: the physics went wrong.
        """
        checked = self.usual.actions.checked(action, self.robots)
        with self.time_budget.spent("tracking"):
            motion, touched = self._physics.drive(checked)
        self._observer.advance(self._physics)
        seen = self._observe()
        fitted = fit_info(self.task, self._physics)
        info = {**fitted, **vars(motion), **contact_info(touched, self.robot.unit_m)}
        if self._view is not None:
            self._view.note_kl(self.arena.time)
        return seen, self.task.reward(), False, False, info


@cache
def _types_of_arguments() -> dict[str, Any]:
    """Return the types of the environment's arguments but for those of many forms."""
    hints = get_type_hints(SwarmEnv.__init__)
    return {name: hints[name] for name in hints.keys() - {"target", "start", "return"}}
