"""How close a swarm is to its target, measured without any planner's own model.

``position_metrics`` compares positions with p*: optimal transport, kernel density
(``jensen_shannon``), energy, ergodic metric (``cosines``), locational cost. ``reference_scores``
gives them a scale, from independent draws to the best placement known; ``settling_time`` says when
a run has come under a threshold for good.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.metrics.jensen_shannon import js_kde
    from bildsim.metrics.position_metrics import (
        POSITION_METRICS,
        PositionMetrics,
        kl_fit,
        minimum_gap,
    )
    from bildsim.metrics.reference_scores import SCORED_METRICS, ReferenceScores
    from bildsim.metrics.settling_time import KL_MARGIN, Settling

__all__ = [
    "KL_MARGIN",
    "POSITION_METRICS",
    "SCORED_METRICS",
    "PositionMetrics",
    "ReferenceScores",
    "Settling",
    "js_kde",
    "kl_fit",
    "minimum_gap",
]

_HOMES = {
    "KL_MARGIN": "settling_time",
    "POSITION_METRICS": "position_metrics",
    "PositionMetrics": "position_metrics",
    "ReferenceScores": "reference_scores",
    "SCORED_METRICS": "reference_scores",
    "Settling": "settling_time",
    "js_kde": "jensen_shannon",
    "kl_fit": "position_metrics",
    "minimum_gap": "position_metrics",
}
__getattr__ = lazy_exports(__name__, _HOMES)
