"""The kernels by what they are for, each group a call on next to nothing with a run's own types.

A compiled function is made for the types of its arguments, so a group calls its kernels as a run
does; it neither needs kernels of other groups, nor do its numbers mean anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro import kernels as macro_kernels
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.bild_macro.solvers.direct import direction_pass
from bildsim.controllers.bild_macro.solvers.own_curvature import own_curvature_solve
from bildsim.controllers.consensus.forgetting import ForgettingConsensus
from bildsim.controllers.moments.cells import PowerCells
from bildsim.controllers.registry import BILD_MACRO, EXACT_MACRO, REFERENCE_MACRO
from bildsim.controllers.safety.cbf import Barrier
from bildsim.controllers.safety.neighbours import sense
from bildsim.controllers.tracking import DEFAULT_GAIN
from bildsim.density.exact_fit import ExactFit
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.disturbances.settings import Disturbances
from bildsim.envs.dynamics import KINEMATIC
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.robots.described import REFERENCE
from bildsim.envs.robots.model import RobotModel
from bildsim.network.graph import network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Arrivals
from bildsim.network.message_quantisation import rounded
from bildsim.simulation.config import RunConfig
from bildsim.targets.target import named_target

_ROBOTS = 2
_RIDGE = 1e-4


def fits() -> None:
    """Fit a swarm's density exactly, as every run does at every tick."""
    family = LegendreFamily()
    fitting, means = ExactFit(family, _RIDGE), np.zeros((1, family.size))
    log_target = np.zeros((family.grid.size, family.grid.size))
    fitting.fit(0, 1, means, fitting.folded(log_target), fitting.begin(1))


def densities() -> None:
    """Evaluate densities: how far robots' estimates are apart, and every round of Algorithm 1."""
    family = LegendreFamily()
    family.evaluate(np.zeros((_ROBOTS, family.size)))


def statistics() -> None:
    """Evaluate the statistics phi, of which every run takes the mean."""
    LegendreFamily().statistics(_places())


def ascent() -> None:
    """Evaluate grad phi(x_i) z_i, along which hypergradients move."""
    family = LegendreFamily()
    family.ascent(_places(), np.zeros((_ROBOTS, family.size)))


def mixing() -> None:
    """Mix neighbours' numbers: (7) of Algorithm 1."""
    robots = np.arange(_ROBOTS)
    links = macro_kernels.Links(np.append(robots, _ROBOTS), robots, np.ones(_ROBOTS))
    macro_kernels._learn(0, _ROBOTS, links, _fields(), _fields(), np.zeros(_ROBOTS), _fields().r)
    macro_kernels._mix(0, _ROBOTS, links, _fields().r, _fields().r)


def changes() -> None:
    """Find what is new of gradients and Hessians: (8) and (9) of Algorithm 1."""
    fields, numbers = _fields(), np.zeros((_ROBOTS, LegendreFamily().size))
    macro_kernels.change_pass(
        0, _ROBOTS, fields, _fields(), numbers, numbers, _RIDGE, LegendreFamily().tables
    )


def curvatures() -> None:
    """Solve with robots' own Hessians, by factorisation: Newton steps, and Remark 3."""
    family, moments = LegendreFamily(), _fields().moments
    own_curvature_solve(family, moments, _RIDGE, np.zeros((1, _ROBOTS, family.size)))


def solves() -> None:
    """Solve Remark 3 of Algorithm 1 with tracked Hessians, by factorisation."""
    fields, z = _fields(), np.zeros((_ROBOTS, LegendreFamily().size))
    direction_pass(0, _ROBOTS, fields.q, z, _RIDGE, z, np.zeros(_ROBOTS, dtype=np.bool_))


def messages() -> None:
    """Round the numbers of messages to few bits."""
    rounded(np.ones((_ROBOTS, 1)), 16)


def motion() -> None:
    """Move rolling discs step by step: kinematic dynamics with faults, poor drives or sensors."""
    KinematicArena(RobotModel(), _face_to_face()).step()


def ticks() -> None:
    """Move rolling discs tick by tick: kinematic dynamics with nothing unusual switched on."""
    arena = KinematicArena(RobotModel(), _face_to_face())
    arena.tick(_places(), arena.law(DEFAULT_GAIN))


def agreement() -> None:
    """Agree on moments by a consensus that forgets: the long range of the planners of moments."""
    rule, network = ForgettingConsensus(), network_of_edges(np.array([[0, 1]]), _ROBOTS)
    inputs = np.zeros((_ROBOTS, LegendreFamily().size))
    state = rule.init(inputs, network)
    # The duals of edges are worked out only when something was not heard.
    for arrivals in (Arrivals.all_of(network), Arrivals(np.zeros(2, dtype=np.bool_))):
        state = rule.advance(state, inputs, network, arrivals)


def cells() -> None:
    """Cut power cells of robots that sense each other: the short range of moment-cells."""
    places, sensed = np.array([[0.0, 0.0], [0.1, 0.0]]), sense(np.zeros((_ROBOTS, 2)), 1.0)
    weights = np.zeros(_ROBOTS)
    PowerCells(0.1).of(named_target("uniform"), places, weights, sensed, weights)


def avoidance() -> None:
    """Let two robots face to face look for the way on: both methods of collision avoidance."""
    robots = np.zeros((_ROBOTS, 2))
    Barrier(RobotModel()).filter(_face_to_face(), robots, robots.copy())


GROUPS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        group.__name__: group
        for group in (
            densities,
            ticks,
            motion,
            changes,
            fits,
            avoidance,
            curvatures,
            solves,
            mixing,
            statistics,
            ascent,
            messages,
            cells,
            agreement,
        )
    }
)
"""All groups by name, those that take longest to compile first."""
SHARES: Mapping[str, float] = MappingProxyType(
    {
        "densities": 0.12,
        "ticks": 0.15,
        "motion": 0.12,
        "changes": 0.09,
        "fits": 0.14,
        "avoidance": 0.03,
        "curvatures": 0.14,
        "solves": 0.09,
        "mixing": 0.03,
        "statistics": 0.02,
        "ascent": 0.02,
        "messages": 0.01,
        "cells": 0.03,
        "agreement": 0.02,
    }
)
"""What each costs to compile, of all together, as ``python -m benchmarks.compile_cost`` found: by
it what is left to wait for is known."""

_FIT = frozenset({"densities", "fits", "statistics"})
_OF_PLANNER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        BILD_MACRO: frozenset({"changes", "ascent"}),
        EXACT_MACRO: frozenset({"ascent"}),
        REFERENCE_MACRO: frozenset(),
        "hypergradient": frozenset({"ascent"}),
        "moment-descent": frozenset({"ascent", "agreement"}),
        "moment-cells": frozenset({"ascent", "agreement", "cells"}),
    }
)


def needed(*configs: RunConfig) -> tuple[str, ...]:
    """Return the names of the groups that runs call, in the order of ``GROUPS``.

    What a planner from elsewhere compiles is not known here.
    """
    names = set[str]().union(*map(_needed, configs))
    return tuple(name for name in GROUPS if name in names)


def _needed(config: RunConfig) -> frozenset[str]:
    names = _FIT | _OF_PLANNER.get(config.planner, frozenset())
    if config.planner == BILD_MACRO:
        names |= _of_rounds(config.macro, config.links)
    if config.links.message_bits != LinkSettings().message_bits:
        names |= {"messages"}
    if config.planner == EXACT_MACRO:
        names |= _of_solves(replace(config.macro, learning="gradient"))
    if config.swarm.dynamics == KINEMATIC:
        # Drives of a described robot may change commands: its file is not read for that.
        plain = _moves_plainly(config)
        names |= {"ticks"} if plain else {"motion"}
        described = config.swarm.robot != REFERENCE or config.swarm.robot_urdf is not None
        names |= {"motion"} if described else set()
    if config.swarm.safety != "none":
        names |= {"avoidance"}
    return names


def _moves_plainly(config: RunConfig) -> bool:
    """Whether kinematic robots take their ticks at once."""
    disturbances = Disturbances(config.actuation, config.faults, config.sensing)
    return config.swarm.safety == "none" and not disturbances.of_motion


def _of_solves(settings: MacroSettings) -> set[str]:
    """Return what the solves need, those of robots that learn by Newton steps among them."""
    if settings.solver != "exact":
        return set()
    own = settings.metric == "hessian" and not settings.tracks_hessian
    names = {"curvatures"} if own or settings.learning == "newton" else set()
    return names | ({"solves"} if settings.tracks_hessian else set())


def _of_rounds(settings: MacroSettings, links: LinkSettings) -> set[str]:
    """Return what else the rounds of Algorithm 1 need with these settings."""
    names = _of_solves(settings)
    if settings.consensus == "metropolis" and not links.impairs_messages:
        names.add("mixing")
    return names


def _places() -> Floats:
    return np.zeros((_ROBOTS, 2))


def _face_to_face() -> Floats:
    return np.array([[0.0, 0.0, 0.0], [0.06, 0.0, np.pi]])


def _fields() -> macro_kernels.Fields:
    """Return what robots of the uniform density might hold."""
    family = LegendreFamily()
    numbers = np.zeros((3, _ROBOTS, family.size))
    return macro_kernels.Fields(
        y=numbers[0],
        r=numbers[1],
        q=np.zeros((_ROBOTS, family.packed_size)),
        slope=numbers[2],
        moments=np.zeros((_ROBOTS, (2 * family.order + 1) ** 2)),
        norm=np.ones(_ROBOTS),
    )
