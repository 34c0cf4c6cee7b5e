"""What leads robots: planners from positions to waypoints, tracking and safety on to the wheels.

``planner`` is the protocol of all planners and what their authors import, ``registry`` finds one by
its name: BILD-MACRO (``bild_macro``), those it is compared with (``baselines``), or anybody's.
``knowledge`` says what each of them must know.
``consensus`` holds what planners agree by, ``step_limit`` how far they may send a robot at once,
``feedforward`` what knowing a target's motion adds, ``local_view`` what one robot knows.
``tracking`` turns waypoints into wheel speeds, ``steering`` velocities too, and ``safety`` keeps
robots apart in between. Names are imported when they are used.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.controllers.feedforward import Feedforward
    from bildsim.controllers.knowledge import Knowledge, Positions
    from bildsim.controllers.local_view import Estimates, LocalView, own_statistics
    from bildsim.controllers.planner import (
        AnyPlanner,
        ChangesMembers,
        Observation,
        Planner,
        Problem,
        Report,
        Traffic,
    )
    from bildsim.controllers.registry import BASELINES, PLANNER_NAMES, make_planner, planner_maker
    from bildsim.controllers.safety.registry import SAFETY_NAMES, make_safety
    from bildsim.controllers.step_limit import limited, off_the_walls
    from bildsim.controllers.tracking import desaturate, track_waypoints

__all__ = [
    "BASELINES",
    "PLANNER_NAMES",
    "SAFETY_NAMES",
    "AnyPlanner",
    "ChangesMembers",
    "Estimates",
    "Feedforward",
    "Knowledge",
    "LocalView",
    "Observation",
    "Planner",
    "Positions",
    "Problem",
    "Report",
    "Traffic",
    "desaturate",
    "limited",
    "make_planner",
    "make_safety",
    "off_the_walls",
    "own_statistics",
    "planner_maker",
    "track_waypoints",
]

_HOMES = {
    "AnyPlanner": "planner",
    "BASELINES": "registry",
    "ChangesMembers": "planner",
    "Estimates": "local_view",
    "Feedforward": "feedforward",
    "Knowledge": "knowledge",
    "LocalView": "local_view",
    "Observation": "planner",
    "PLANNER_NAMES": "registry",
    "Planner": "planner",
    "Positions": "knowledge",
    "Problem": "planner",
    "Report": "planner",
    "SAFETY_NAMES": "safety.registry",
    "Traffic": "planner",
    "desaturate": "tracking",
    "limited": "step_limit",
    "make_planner": "registry",
    "make_safety": "safety.registry",
    "off_the_walls": "step_limit",
    "own_statistics": "local_view",
    "planner_maker": "registry",
    "track_waypoints": "tracking",
}
__getattr__ = lazy_exports(__name__, _HOMES)
