"""Who shows agents the swarm, by the name of the observation mode."""

from dataclasses import replace
from math import ceil, log, pi, sqrt
from typing import get_args

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.controllers.local_view import LocalView
from bildsim.envs.agents.local_observation import LocalObserver
from bildsim.envs.agents.observation import (
    ObservationMode,
    Observer,
    Precision,
    global_observer,
)
from bildsim.envs.fleet import Fleet
from bildsim.network.graph import require_neighbours
from bildsim.network.spec import NetworkSpec

GLOBAL, LOCAL = get_args(ObservationMode)
USUAL_VIEW = LocalView()


def make_observer(
    mode: str,
    fleet: Fleet,
    statistics: int,
    dtype: Precision,
    view: LocalView,
    network: str | None,
) -> Observer:
    """Return who shows agents the swarm.

    Args:
        mode: what it shows.
        fleet: the robots.
        statistics: number m of statistics.
        dtype: NumPy's type of what is shown.
        view: how far robots see, where each sees for itself.
        network: who hears whom then; None for `usual_network`.

    Raises:
        UsageError: there is no such mode or network, or something is set that means nothing in it.
    """
    robots, dynamics = fleet.settings.robots, fleet.settings.dynamics
    unit_m = fleet.robot.unit_m
    if mode == GLOBAL:
        _refuse_local(view, network)
        return global_observer(fleet.robot, robots, dynamics, statistics, dtype)
    if mode != LOCAL:
        raise unknown_name("observation_mode", mode, get_args(ObservationMode))
    spec = usual_network(robots, unit_m) if network is None else NetworkSpec.parse(network)
    require_neighbours(spec, robots)
    # What robots carry senses as far as it does, however wide the arena is.
    view = replace(view, sensing_range=view.sensing_range / unit_m)
    return LocalObserver(view, spec, fleet.robot, robots, dynamics, statistics, dtype)


def usual_network(robots: int, unit_m: float = 1.0) -> NetworkSpec:
    """Return the network by radio that so many robots have unless asked otherwise.

    Robots that lie evenly are joined, for large N, with probability exp(-exp(-c)) when each has
    log(N) + c others in reach on average (Penrose, The longest edge of the random minimal spanning
    tree, Annals of Applied Probability 7(2), 1997). Walls cut the reach of those in the corners to
    a quarter, which c = 8 makes up for: from 3 robots to 300 more than 9 of 10 such swarms are
    joined.

    Args:
        robots: number N of robots.
        unit_m: half of the arena's width (m).
    """
    within_reach = log(robots) + 8.0
    reach = sqrt(within_reach * 4.0 / (pi * robots)) * unit_m
    return NetworkSpec("disk", ceil(100.0 * reach) / 100.0)


def _refuse_local(view: LocalView, network: str | None) -> None:
    """Refuse settings of what a robot sees where agents see everything."""
    given = {n: v for n, v in vars(view).items() if v != getattr(USUAL_VIEW, n)}
    if network is not None:
        given["network"] = network
    for name, value in given.items():
        raise UsageError(
            f"{{{name}}} means nothing with {{observation_mode:{GLOBAL}}}: it is for "
            f"{{observation_mode:{LOCAL}}}",
            **{name: value},
        )
