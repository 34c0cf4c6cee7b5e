"""``python -m bildsim.warm_up``: compile the planner's kernels ahead of the first run.

Compiled code is kept beside the package, so this takes about 14 s once and nothing afterwards. A
run compiles by itself what it does not find.
"""

from typing import get_args

import numpy as np

from bildsim.density import LegendreFamily
from bildsim.link_settings import LinkSettings
from bildsim.macro import BildMacro
from bildsim.macro_over_links import MacroOverLinks
from bildsim.macro_settings import ConsensusName, MacroSettings
from bildsim.network import NetworkSpec, build_network
from bildsim.projected_solve import projected_solve
from bildsim.targets import named_target

_ROBOTS = 8


def main() -> None:
    """Do one round of Algorithm 1 with a few robots, on all its ways, and a solve that projects."""
    rng = np.random.default_rng(0)
    positions = rng.uniform(-1.0, 1.0, (_ROBOTS, 2))
    family = LegendreFamily()
    algorithm = BildMacro(family, np.log(named_target("gmm3").on_grid(family.grid)))
    state = algorithm.init(positions, np.zeros((_ROBOTS, family.size)))
    network = build_network(NetworkSpec.parse("ring"), positions, rng)
    state = algorithm.advance(state, positions, network)
    for name in get_args(ConsensusName):
        settings = MacroSettings(consensus=name)
        bad = LinkSettings(loss=0.5, message_bits=64 if name == "push-sum" else 16)
        over = MacroOverLinks(BildMacro(family, algorithm.log_target, settings), bad)
        over.advance(state, over.init(state, network, rng), positions, network)
    gradient = algorithm.hypergradient(state).gradient
    projected_solve(state.fields.q, gradient, algorithm.settings.regularisation)


if __name__ == "__main__":
    main()
