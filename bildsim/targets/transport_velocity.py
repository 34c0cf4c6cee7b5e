"""The velocity field that carries one density into another in a short time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse.linalg import splu

from bildsim.basics.arrays import Floats
from bildsim.targets.point_masses import PointMasses


@dataclass(frozen=True, eq=False)
class VelocityField:
    """Velocities on the faces between G x G equal cells of C; no flow through the walls.

    Attributes:
        across: (G, G + 1) velocity along x (m/s) on the faces between columns; [i, j] lies at the
            left of cell [i, j], y growing with i.
        along: (G + 1, G) velocity along y (m/s) on the faces between rows.
    """

    across: Floats
    along: Floats

    def at(self, points: Floats) -> Floats:
        """Return the velocity (m/s), (N, 2), at ``points`` (N, 2) in metres, bilinear."""
        cells = self.across.shape[0]
        face = 0.5 * cells * (np.clip(points, -1.0, 1.0) + 1.0)
        centre = face - 0.5
        x = ndimage.map_coordinates(
            self.across, [centre[:, 1], face[:, 0]], order=1, mode="nearest"
        )
        y = ndimage.map_coordinates(self.along, [face[:, 1], centre[:, 0]], order=1, mode="nearest")
        return np.stack([x, y], axis=1)


def transport_velocity(before: PointMasses, after: PointMasses, seconds: float) -> VelocityField:
    """Return the field v of least energy with dp/dt = -div(p v), v = 0 across the walls.

    Of all fields that move the mass of a density as it changes, the one with the least integral of
    p |v|^2 is a gradient, v = grad psi with -div(p grad psi) = dp/dt (Benamou and Brenier, A
    computational fluid mechanics solution to the Monge-Kantorovich mass transfer problem, Numer.
    Math. 84, 2000, section 3). Robots with the density p that all move by v keep that density as it
    changes, without any message. Finite volumes: p on a face is the mean over its two cells and
    both moments, so cells exchange exactly the mass that they are to lose or gain.

    Args:
        before: p at the start.
        after: p at the end, on as many cells; neither may have a cell without mass.
        seconds: time between the two (s).
    """
    middle = 0.5 * (before.masses + after.masses)
    size = 2.0 / len(middle)
    # Masses of faces a step apart: a flux between two cells is this times the difference of psi.
    across = 0.5 * (middle[:, 1:] + middle[:, :-1]) / size**2
    along = 0.5 * (middle[1:] + middle[:-1]) / size**2
    change = (after.masses - before.masses) / seconds
    psi = _potential(across, along, change)
    return VelocityField(
        np.pad(np.diff(psi, axis=1) / size, ((0, 0), (1, 1))),
        np.pad(np.diff(psi, axis=0) / size, ((1, 1), (0, 0))),
    )


def _potential(across: Floats, along: Floats, change: Floats) -> Floats:
    """Solve sum over faces of weight (psi_here - psi_there) = change, for the mean of psi free."""
    number = np.arange(change.size).reshape(change.shape)
    pairs = (
        (number[:, :-1], number[:, 1:], across),
        (number[:-1], number[1:], along),
    )
    one = np.concatenate([first.ravel() for first, _, _ in pairs])
    other = np.concatenate([second.ravel() for _, second, _ in pairs])
    weight = np.concatenate([values.ravel() for _, _, values in pairs])
    links = sparse.coo_array((weight, (one, other)), shape=(change.size, change.size))
    links = links + links.T
    laplacian = sparse.diags_array(links.sum(axis=0)) - links
    # psi is free up to a constant: that of the last cell is 0.
    solver = splu(
        laplacian.tocsc()[:-1, :-1],
        permc_spec="MMD_AT_PLUS_A",
        options={"SymmetricMode": True},
    )
    return np.append(solver.solve(change.ravel()[:-1]), 0.0).reshape(change.shape)
