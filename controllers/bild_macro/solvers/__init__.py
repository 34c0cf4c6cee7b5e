"""Solves of P_{>= w}[q_i] z_i = grad f(y_i), Remark 3 of arXiv 2604.11712, for all robots at once.

`direct` factorises (compiled; what a run uses by default), `iterative` has truncated conjugate
gradients and Neumann series, and `projected` the eigendecomposition for the few robots whose q_i
has an eigenvalue below w. All take and give batches, a row a robot.
"""

from bildsim.controllers.bild_macro.solvers.direct import direction_pass
from bildsim.controllers.bild_macro.solvers.iterative import (
    SOLVES,
    conjugate_gradients,
    neumann_series,
)
from bildsim.controllers.bild_macro.solvers.projected import projected_solve

__all__ = ["SOLVES", "conjugate_gradients", "direction_pass", "neumann_series", "projected_solve"]
