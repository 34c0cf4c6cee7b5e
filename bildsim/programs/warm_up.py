"""``python -m bildsim.warm_up``: compile all that a run may need ahead of the first one.

Compiled code is kept (`bildsim.basics.kernel_cache` says where), so this is slow once and soon done
afterwards. A run compiles by itself what it does not find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.algorithm import BildMacro
from bildsim.controllers.bild_macro.algorithm_over_links import MacroOverLinks
from bildsim.controllers.bild_macro.settings import ConsensusName, MacroSettings
from bildsim.controllers.safety.cbf import Barrier
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.kinematic.arena import KinematicArena
from bildsim.envs.robots.model import RobotModel
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.link_settings import LinkSettings
from bildsim.numerics.threads import usable_cores
from bildsim.programs.config.command_line import parse
from bildsim.programs.sweep.engines.base import Lost, Task
from bildsim.programs.sweep.engines.here import EngineHere, lacks_semaphores
from bildsim.programs.sweep.engines.local import LocalEngine
from bildsim.targets.target import named_target

SUMMARY = "Compile all that a run may need ahead of the first one; compiled code is kept."
_ROBOTS = 8


def compile_rounds() -> None:
    """Do one round of Algorithm 1 with a few robots, on all its ways."""
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (_ROBOTS, 2))
    family = LegendreFamily()
    algorithm = BildMacro(family, np.log(named_target("gmm3").on_grid(family.grid)))
    state = algorithm.init(positions, np.zeros((_ROBOTS, family.size)))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    state = algorithm.advance(state, positions, network)
    algorithm.hypergradient(state)
    for name in get_args(ConsensusName):
        settings = MacroSettings(consensus=name)
        bad = LinkSettings(loss=0.5, message_bits=64 if name == "push-sum" else 16)
        over = MacroOverLinks(BildMacro(family, algorithm.log_target, settings), bad)
        over.advance(state, over.init(state, network, rng), positions, network)


def compile_motion() -> None:
    """Let two robots stand face to face, with collision avoidance that looks for the way on."""
    robot, poses = RobotModel(), np.array([[0.0, 0.0, 0.0], [0.06, 0.0, np.pi]])
    arena = KinematicArena(robot, poses)
    velocities = arena.velocities()[:, :2]
    Barrier(robot).filter(arena.poses(), velocities, np.zeros_like(velocities))
    arena.step()


JOBS = (compile_rounds, compile_motion)
"""What is compiled side by side, the longest first."""


@dataclass(frozen=True)
class Options:
    """What can be asked for: nothing but help."""


def main(arguments: Sequence[str]) -> int:
    """Compile everything, with a process a core where processes can be made; return the status.

    Raises:
        UsageError: there is an option, and there is none.
        RunError: a job failed.
    """
    parse("python -m bildsim.warm_up", SUMMARY, Options(), arguments)
    tasks = [Task(str(number), _done, job) for number, job in enumerate(JOBS)]
    engine = EngineHere() if lacks_semaphores() else LocalEngine(min(usable_cores(), len(JOBS)))
    with engine:
        for _, found in engine.results(tasks):
            if isinstance(found, Lost):
                raise RunError(f"what a run may need could not be compiled: {found.reason}")
    return 0


def _done(job: Callable[[], object]) -> None:
    job()
