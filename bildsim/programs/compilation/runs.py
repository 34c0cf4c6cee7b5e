"""What runs call is ready before the first of them begins, in this process and in those beside it.

Processes that begin with nothing compiled would all compile the same, at the same time, and count
it as a part of what they do.
"""

from collections.abc import Sequence

from rich.console import Console

from bildsim.controllers.registry import planner_maker
from bildsim.network.radio.presets import read_radio
from bildsim.network.spec import NetworkSpec
from bildsim.programs.compilation.groups import needed
from bildsim.programs.compilation.ready import make_ready
from bildsim.simulation.brought import NOTHING, Brought
from bildsim.simulation.config import RunConfig
from bildsim.simulation.load_target import load_target
from bildsim.simulation.loop import made_environment


def make_ready_for(
    configs: Sequence[RunConfig], console: Console, brought: Brought = NOTHING
) -> float:
    """Load all kernels that runs call; return the seconds spent on compiling those not kept.

    Args:
        configs: the runs, or one of each kind; seeds, starts and targets make no difference.
        console: where to say so.
        brought: what takes the place of things that they name, in all of them.

    Raises:
        UsageError: something must be compiled, and of a name or a file nothing can be made.
    """
    return make_ready(needed(*configs), console, before=lambda: _refuse(configs, brought))


def _refuse(configs: Sequence[RunConfig], brought: Brought) -> None:
    """Refuse names and files that nothing can be made of, before anybody waits for compilers."""
    for config in configs:
        start = config.swarm.start if brought.start is None else brought.start
        made_environment(config, load_target(config, brought.target), start).close()
        planner_maker(
            config.planner,
            config.macro,
            config.rounds,
            config.links,
            policy=config.policy,
            own=brought.planner,
            options=config.planner_option,
        )
        if config.network is not None:
            NetworkSpec.parse(config.network)
        if config.links.radio is not None:
            read_radio(config.links.radio)
