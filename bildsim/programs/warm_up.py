"""``python -m bildsim.warm_up``: compile all that a run may need ahead of the first one.

Compiled code is kept (`bildsim.basics.kernel_cache` says where), so this is slow once and soon done
afterwards. A run compiles by itself what it does not find.
"""

from typing import get_args

import numpy as np
from loky import ProcessPoolExecutor

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
from bildsim.programs.sweep import worker
from bildsim.programs.sweep.engine_here import lacks_semaphores
from bildsim.targets.target import named_target

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


def main() -> None:
    """Compile everything, with a process a core where processes can be made."""
    if lacks_semaphores():
        for job in JOBS:
            job()
        return
    processes = min(usable_cores(), len(JOBS))
    with ProcessPoolExecutor(processes, initializer=worker.prepare, env=worker.ONE_THREAD) as pool:
        for done in [pool.submit(job) for job in JOBS]:
            done.result()
