"""The closed loop of robots, network and planner, from a frozen configuration to its ticks.

A `RunConfig` says everything that determines a run, and `Simulation` is that run: it makes the
target, the environment and the planner, and yields a `Tick` for the start and for every control
tick of 0.1 s. `Measurements` turns ticks into the rows of metrics.csv.

Three things that are easily confused have names of their own: what the environment returns are
*measured* poses, as localisation has them; of these a planner gets an `Observation`
(`bildsim.controllers.planner`), for the robots that are in the swarm and with their network; a
`Tick` is the truth, for whoever watches.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bildsim.simulation.config import ModelSettings, OutputSettings, RunConfig, SwarmSettings

if TYPE_CHECKING:
    from bildsim.simulation.checked_planner import CheckedPlanner
    from bildsim.simulation.loop import Simulation
    from bildsim.simulation.measurements import COLUMNS, Measurements
    from bildsim.simulation.planner_factory import PlannerFactory
    from bildsim.simulation.planning import Planning
    from bildsim.simulation.planning_time import PlanningTime
    from bildsim.simulation.tick import Tick
    from bildsim.simulation.tracking_error import TrackingError

__all__ = [
    "COLUMNS",
    "CheckedPlanner",
    "Measurements",
    "ModelSettings",
    "OutputSettings",
    "PlannerFactory",
    "Planning",
    "PlanningTime",
    "RunConfig",
    "Simulation",
    "SwarmSettings",
    "Tick",
    "TrackingError",
]

# Imported when they are asked for: a command line needs the configuration alone, and is to answer
# --help before physics, transport solvers and drawing are loaded.
_HOMES = {
    "COLUMNS": "measurements",
    "CheckedPlanner": "checked_planner",
    "Measurements": "measurements",
    "Planning": "planning",
    "PlanningTime": "planning_time",
    "PlannerFactory": "planner_factory",
    "Simulation": "loop",
    "Tick": "tick",
    "TrackingError": "tracking_error",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
