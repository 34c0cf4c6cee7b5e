"""Dynamic average consensus: every robot follows the mean of what the robots know of themselves.

`MetropolisTracking` is (8) of arXiv 2604.11712, exact while every message arrives; `PushSum` with
running sums and `AdmmConsensus` bear loss and delay, and ADMM also deaths and splits. All three are
a `Consensus`: a frozen rule, its state apart. `mixing` and `track` are the averaging that simpler
planners do over perfect links.
"""

from bildsim.controllers.consensus.admm import AdmmConsensus
from bildsim.controllers.consensus.averaging import mixing, track
from bildsim.controllers.consensus.base import AnyConsensus, Consensus
from bildsim.controllers.consensus.metropolis import MetropolisTracking
from bildsim.controllers.consensus.push_sum import PushSum

__all__ = [
    "AdmmConsensus",
    "AnyConsensus",
    "Consensus",
    "MetropolisTracking",
    "PushSum",
    "mixing",
    "track",
]
