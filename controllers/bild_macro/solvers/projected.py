"""The solve of Remark 3 where the projection P_{>= w} changes the matrix."""

import numpy as np

from bildsim.basics.arrays import Floats


def projected_solve(q: Floats, gradient: Floats, floor: float) -> Floats:
    """Return the z_i of P_{>= w}[q_i] z_i = g_i, (n, m).

    P_{>= w}[q] is V max(L, w) V^T for q = V L V^T (Remark 3 of arXiv 2604.11712), so z_i is
    V max(L, w)^-1 V^T g_i. Robots seldom need it: eigenvectors by LAPACK are quick enough
    (``python -m benchmarks.solvers`` says how often, ``python -m benchmarks.round_cost`` how long
    it takes if all need it).

    Args:
        q: (n, m, m) symmetric q_i.
        gradient: (n, m) g_i.
        floor: w > 0.

    A NaN in q_i gives one in z_i.
    """
    solution = np.full_like(gradient, np.nan)
    sound = np.isfinite(q).all(axis=(1, 2))
    values, vectors = np.linalg.eigh(q[sound])
    along = vectors.swapaxes(1, 2) @ gradient[sound, :, None]
    solution[sound] = (vectors @ (along / np.maximum(values, floor)[:, :, None]))[:, :, 0]
    return solution
