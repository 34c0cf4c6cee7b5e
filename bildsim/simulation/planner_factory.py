"""Making the planner of a run, and where the target moves a new one for every control tick."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.controllers.knowledge import Knowledge
from bildsim.controllers.planner import AnyPlanner, Problem, Talks
from bildsim.controllers.registry import planner_maker
from bildsim.envs.dynamics import IDEAL
from bildsim.network.graph import Network
from bildsim.network.radio.budget import AirUse, Talk, air_use, mean_copies, sharing
from bildsim.network.radio.model import Radio
from bildsim.simulation.config import RunConfig
from bildsim.targets.moving_target import AnyTarget, MovingTarget
from bildsim.targets.point_masses import PointMasses

# The velocity field of feedforward is solved for on as many cells an axis, 40 mm each.
_FIELD_CELLS = 50
# A planner between rounds may not go farther, a little less than across C.
_FARTHEST_M = 1.9


@dataclass(frozen=True, eq=False)
class PlannerFactory:
    """Makes planners for where the target is.

    A planner is a frozen configuration, so a new target is a new planner; the state that the last
    one handed back is given to the next, which goes on from it.

    Attributes:
        make: makes the planner for a problem.
        course: the target, if it moves; else None.
        lead_s: what `Feedforward` shifts by (s); None without feedforward.
    """

    make: Callable[[Problem], AnyPlanner]
    course: MovingTarget | None = None
    lead_s: float | None = None

    @classmethod
    def of(
        cls,
        config: RunConfig,
        target: AnyTarget,
        gain: float,
        planner: Callable[[Problem], AnyPlanner] | None = None,
    ) -> "PlannerFactory":
        """Return the factory for the planner that a configuration names.

        Args:
            config: the run's configuration.
            target: p*, which may move.
            gain: of the tracking controller, as it is used (1/s).
            planner: makes the planner, in place of the one that the configuration names.

        Raises:
            UsageError: no planner has that name, it knows nothing of bad links, or its policy
                cannot be used.
        """
        make = planner_maker(
            config.planner,
            config.macro,
            config.rounds,
            config.links,
            policy=config.policy,
            own=planner,
            options=config.planner_option,
        )
        if not isinstance(target, MovingTarget):
            return cls(make)
        return cls(make, target, feedforward_lead(config, gain))

    @property
    def remakes(self) -> bool:
        """Whether each control tick needs a planner of its own."""
        return self.course is not None

    def planner(self, problem: Problem, time_s: float) -> AnyPlanner:
        """Return the planner for a control tick.

        Args:
            problem: with the target of that time.
            time_s: when the tick begins (s).
        """
        planner = self.make(problem)
        if self.course is None or self.lead_s is None:
            return planner
        # Only here: most runs need none of SciPy's image filters, which take long to load.
        from bildsim.controllers.feedforward import with_feedforward
        from bildsim.targets.transport_velocity import transport_velocity

        now = PointMasses.of(problem.target, _FIELD_CELLS)
        then = PointMasses.of(self.course.at(time_s + TICK_S), _FIELD_CELLS)
        field = transport_velocity(now, then, TICK_S)
        return with_feedforward(planner, field, self.lead_s, problem.max_step)


def feedforward_lead(config: RunConfig, gain: float) -> float | None:
    """Return what feedforward shifts waypoints by, in seconds of the field's velocity.

    Robots cover a part of the way to a waypoint in a tick, so the shift that moves one by v times a
    tick is that much longer.

    Args:
        config: the run's configuration.
        gain: of the tracking controller, as it is used (1/s).
    """
    if not config.motion.feedforward:
        return None
    return TICK_S / covered_in_a_tick(config.swarm.dynamics, gain)


def covered_in_a_tick(dynamics: str, gain: float) -> float:
    """Return the share of the way to a near waypoint that a robot covers in a control tick.

    The tracking controller's error decays as exp(-gain t) (see `bildsim.controllers.tracking`);
    ideal robots come all the way.

    Args:
        dynamics: what moves the robots.
        gain: of the tracking controller, as it is used (1/s).
    """
    return 1.0 if dynamics == IDEAL else 1.0 - exp(-gain * TICK_S)


def use_of_air(
    config: RunConfig, radio: Radio, planner: AnyPlanner, network: Network, positions: Floats
) -> AirUse | None:
    """Return how a planner's messages use a radio; None for one that sends nothing.

    Args:
        config: the run's configuration, with the rounds that are asked for.
        radio: what robots talk with.
        planner: made for it.
        network: of the start.
        positions: (N, 2) where the robots are at the start (m).

    Raises:
        UsageError: the planner does not say how much it talks, or the radio has no time for it.
    """
    if not isinstance(planner, Talks):
        knows = getattr(planner, "knows", None)
        if isinstance(knows, Knowledge) and not knows.messages:
            return None
        raise UsageError(
            "{radio} is not possible with {planner}: it does not say how much it sends, in "
            "properties named message and rounds_a_tick",
            radio=config.links.radio,
            planner=config.planner,
        )
    size = planner.message
    talk = Talk(
        size.bytes_with(config.links),
        planner.rounds_a_tick,
        mean_copies(size.alike, network.degree),
        sharing(radio, positions),
        addressed=not size.alike,
    )
    return air_use(radio, talk, config.ticks)


def over_the_air(config: RunConfig, problem: Problem, use: AirUse) -> tuple[RunConfig, Problem]:
    """Return configuration and problem of a planner that is asked when a radio's round has ended.

    Args:
        config: the run's configuration, with the rounds that are asked for.
        problem: for a planner that is asked in every control tick.
        use: what the radio makes of it.
    """
    made = replace(config, rounds=use.rounds, links=use.over(config.links))
    farther = min(use.every * problem.max_step, _FARTHEST_M)
    slower = replace(
        problem,
        max_step=max(problem.max_step, farther),
        coverage=1.0 - (1.0 - problem.coverage) ** use.every,
    )
    return made, slower
