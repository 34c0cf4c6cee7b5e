"""Planners to measure others by: what no coordination, perfect placement or exact fits are worth.

``static`` stays, ``iid`` draws independent places, ``quantised`` takes the best placement known,
``markov`` hops as a chain, ``hypergradient`` descends what BILD-MACRO does with exact knowledge.
"""

from bildsim.controllers.baselines.reference.hypergradient import Hypergradient
from bildsim.controllers.baselines.reference.iid import IndependentDraws
from bildsim.controllers.baselines.reference.markov import MetropolisSwarm
from bildsim.controllers.baselines.reference.quantised import Quantised
from bildsim.controllers.baselines.reference.static import Static

__all__ = ["Hypergradient", "IndependentDraws", "MetropolisSwarm", "Quantised", "Static"]
